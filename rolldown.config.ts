import { chmod, readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { singles } from './src/text/graphemes.ts';

/** Folder of the package that a module comes from; undefined for a module of our own. */
const packageFolder = (moduleId: string): string | undefined =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(moduleId)?.[0];

/** The licence text that a package ships; the words of MIT where it names that licence and forgot the text. */
const licenceText = async (folder: string, name: string, license: string): Promise<string> => {
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (texts.length > 0) return texts.map((text) => text.trim()).join('\n\n');
  if (license !== 'MIT') throw new Error(`${name} (${license}) ships no licence text`);
  const ours = await readFile('LICENSE', 'utf8');
  return ours.replace(/^Copyright .*$/m, `Copyright (c) the authors of ${name}`).trim();
};

/** Ships the licences of what was really bundled: nearly all of them ask that their text goes along. */
const thirdPartyLicenses: Plugin = {
  name: 'third-party-licenses',
  async generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
    const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
    const entries = await Promise.all(
      [...folders].toSorted().map(async (folder) => {
        const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
        return `${name} ${version} (${license})\n\n${await licenceText(folder, name, license)}\n`;
      }),
    );
    const source = entries.join(`\n${'-'.repeat(80)}\n\n`);
    this.emitFile({ type: 'asset', fileName: 'THIRD_PARTY_LICENSES.txt', source });
  },
};

/** npm makes a bin executable on installation; this does it for the folder itself. */
const executable: Plugin = {
  name: 'executable',
  writeBundle: ({ dir = '' }) => chmod(join(dir, 'cli.js'), 0o755),
};

/** Ink would look for React's devtools in people's own folders where DEV is set. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  load: { filter: { id: /ink[\\/]build[\\/]devtools\.js$/ }, handler: () => 'export {};' },
};

/** `text` with each of `changes` made once; a library that no longer has the place stops the build. */
const changed = (text: string, changes: readonly (readonly [from: string, to: string])[]): string =>
  changes.reduce((before, [from, to]) => {
    if (before.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`);
    return before.replace(from, () => to);
  }, text);

/**
 * What string-width prepares when it is imported costs a quarter of the time to the first frame: the pattern of all
 * emoji is compiled with the first text that may hold one. What the console draws is measured by its length.
 */
const lateEmoji: Plugin = {
  name: 'late-emoji',
  transform: {
    filter: { id: /[\\/]node_modules[\\/]string-width[\\/]index\.js$/, code: /RGI_Emoji/ },
    handler: (code) =>
      changed(code, [
        ['/^[\\u0020-\\u007E]*$/', `/^[${singles}]*$/`],
        // Each of them has a part that is drawn as an emoji by itself, or the selector that asks for it (UTS 51, ED-27).
        [
          String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
          String.raw`let allEmoji;
const rgiEmojiRegex = {
  test: (text) =>
    /[\p{Emoji_Presentation}\uFE0F]/u.test(text) && (allEmoji ??= new RegExp('^\\p{RGI_Emoji}$', 'v')).test(text),
};`,
        ],
      ]),
  },
};

/**
 * Ink takes each line of each frame apart into cells. Most lines are those of the frame before, and are taken as they were:
 * a frame costs a quarter less (measured).
 */
const keptLines: Plugin = {
  name: 'kept-lines',
  transform: {
    filter: { id: /[\\/]ink[\\/]build[\\/]output\.js$/ },
    handler: (code) =>
      changed(code, [
        [
          'class OutputCaches {',
          `let linesBefore = new Map();
let lines = new Map();
const linesOfFrame = () => {
  linesBefore = lines;
  lines = new Map();
  return lines;
};
class OutputCaches {`,
        ],
        ['styledChars = new Map();', 'styledChars = linesOfFrame();'],
        ['cached = styledCharsFromTokens(', 'cached = linesBefore.get(line) ?? styledCharsFromTokens('],
      ]),
  },
};

/** What restores the cursor would do so in a file as well, where stderr is one. */
const cleanStderr: Plugin = {
  name: 'clean-stderr',
  transform: {
    filter: { id: /[\\/]restore-cursor[\\/]index\.js$/ },
    handler: (code) => changed(code, [['process.stderr.write(', 'if (process.stderr.isTTY) process.stderr.write(']]),
  },
};

/** The layout engine would fetch its own data: URL, and Node load all of fetch for that: 40 ms. */
const withoutFetch: Plugin = {
  name: 'without-fetch',
  transform: {
    filter: { id: /[\\/]yoga-wasm-base64-esm\.js$/ },
    handler: (code) => code.replaceAll('typeof fetch', '"undefined"'),
  },
};

/**
 * Where a terminal does not know its size, Ink would run `tput` and `resize`, whichever stand first on the path. No
 * program is ever run: such a terminal is taken for one of the usual size, as it is where those are not installed.
 */
const withoutPrograms: Plugin = {
  name: 'without-programs',
  load: {
    filter: { id: /terminal-size[\\/]index\.js$/ },
    handler: () => 'export default () => ({ columns: 80, rows: 24 });',
  },
};

/**
 * When a command is run yargs makes its help as well, a third of the time that it takes to read the command line; and it
 * loads Node's assert for what it takes for granted.
 */
const lateYargs: Plugin = {
  name: 'late-yargs',
  transform: {
    filter: {
      id: /[\\/]yargs[\\/](?:build[\\/]lib[\\/](?:usage|typings[\\/]common-types)|lib[\\/]platform-shims[\\/]esm)\.m?js$/,
    },
    handler: (code, id) => {
      if (id.endsWith('usage.js')) return changed(code, [['cachedHelpMessage = this.help();', '']]);
      if (id.endsWith('esm.mjs'))
        return changed(code, [
          [
            'notStrictEqual,\n    strictEqual\n',
            'get notStrictEqual() { return notStrictEqual; }, get strictEqual() { return strictEqual; }',
          ],
        ]);
      return changed(code, [
        ['shim.assert.notStrictEqual(', 'if (Object.is(actual, expected)) shim.assert.notStrictEqual('],
        ['shim.assert.strictEqual(', "if (typeof actual !== 'string') shim.assert.strictEqual("],
      ]);
    },
  },
};

/** What a start can do without: loaded when it is first asked for, which takes up to 3 ms each. */
const lateBuiltins = ['assert', 'crypto', 'dgram', 'dns/promises', 'os', 'stream/promises', 'zlib'];

/**
 * Importing one of Node's own modules loads all that it would load when needed, because each export must have a value:
 * with `fs` come its streams and promises. Asking for the module at run time does not.
 */
const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  resolveId: {
    filter: { id: new RegExp(`^(?:node:)?(?:${builtinModules.join('|')})$`) },
    // What the bundler adds of its own stays as it is: these modules are made with it.
    handler: (id, importer) => (importer?.startsWith('\0') ? null : `\0${id.replace(/^(?:node:)?/, 'node:')}`),
  },
  load: {
    filter: { id: /^\0node:/ },
    handler: (id) => {
      const name = id.slice('\0node:'.length);
      const builtin = `process.getBuiltinModule('node:${name}')`;
      if (!lateBuiltins.includes(name)) return `module.exports = ${builtin};`;
      const known = process.getBuiltinModule(name);
      if (known === undefined) throw new Error(`not one of Node's own: ${name}`);
      const members = Object.keys(known).map(
        (member) => `get ${member}() { return (builtin ??= ${builtin}).${member}; }`,
      );
      return `let builtin;\nmodule.exports = { ${members.join(', ')} };`;
    },
  },
};

/** The threads: each has all that it needs in one file, which is where the chunks look for it. */
const thread = {
  platform: 'node',
  transform: { target: 'node22.12' },
  plugins: [plainBuiltins],
} satisfies RolldownOptions;

export default defineConfig([
  {
    input: { cli: 'src/cli.ts' },
    platform: 'node',
    // One for all, Ink's: yargs would bring an older one along, with tables of its own.
    resolve: { alias: { 'string-width': resolve('node_modules/string-width/index.js') } },
    transform: {
      target: 'node22.12',
      // React decides by it: its development build costs a third more processor time.
      define: { 'process.env.NODE_ENV': '"production"' },
      // All that libraries segment are graphemes.
      inject: { 'Intl.Segmenter': [resolve('src/text/graphemes.ts'), 'Segmenter'] },
    },
    plugins: [
      plainBuiltins,
      withoutDevtools,
      withoutFetch,
      withoutPrograms,
      lateEmoji,
      keptLines,
      cleanStderr,
      lateYargs,
      thirdPartyLicenses,
      executable,
    ],
    output: {
      dir: 'dist',
      cleanDir: true,
      chunkFileNames: 'chunks/[name].js',
      minify: true,
      codeSplitting: {
        groups: [
          // Starts before the others are read.
          { name: 'thread', test: /[\\/]engine[\\/]prepared-thread\.ts$/, priority: 1 },
          // Each file costs a millisecond or two when the program starts.
          { name: 'shared', minShareCount: 2 },
        ],
      },
    },
  },
  { ...thread, input: { worker: 'src/wire/worker.ts' }, output: { dir: 'dist/wire', minify: true } },
  { ...thread, input: { worker: 'src/commands/bench/load/worker.ts' }, output: { dir: 'dist/load', minify: true } },
]);
