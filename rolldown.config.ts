import { chmod, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

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

/** Puts `code` in the place of a library's module; the build fails where that module is not part of it. */
const replaced = (name: string, id: RegExp, code: string): Plugin => {
  let isFound = false;
  return {
    name,
    load: {
      filter: { id },
      handler: () => {
        isFound = true;
        return code;
      },
    },
    buildEnd: (error) => {
      if (error === undefined && !isFound) throw new Error(`no module is ${id}: is \`${name}\` still needed?`);
    },
  };
};

/**
 * With DEV=true Ink loads React's devtools from whatever folder above has them.
 * Ends with https://github.com/vadimdemedes/ink/issues/571.
 */
const withoutDevtools = replaced('without-devtools', /[\\/]ink[\\/]build[\\/]devtools\.js$/, 'export {};');

/**
 * Where a terminal does not know its size, Ink runs `tput` and `resize`, and no program may ever be run. Ends when Ink,
 * which does so since https://github.com/vadimdemedes/ink/pull/854, takes a size to use in that case.
 */
const withoutPrograms = replaced(
  'without-programs',
  /[\\/]terminal-size[\\/]index\.js$/,
  'export default () => ({ columns: 80, rows: 24 });',
);

/**
 * At exit it writes to stderr what shows the cursor, also where stderr is a file. Ink itself shows it on stdout. Ends when
 * Ink depends on cli-cursor 5, which has https://github.com/sindresorhus/restore-cursor/pull/7.
 */
const cleanStderr = replaced('clean-stderr', /[\\/]restore-cursor[\\/]index\.js$/, 'export default () => {};');

/** Checks `fetch` of `define` below: the build fails where a library still asks for it, and where none did. */
let isFetchAsked = false;
const withoutFetch: Plugin = {
  name: 'without-fetch',
  transform: {
    filter: { id: /[\\/]yoga-layout[\\/]/, code: /\btypeof fetch\b/ },
    handler: () => {
      isFetchAsked = true;
    },
  },
  generateBundle: (_options, bundle) => {
    if (!isFetchAsked) throw new Error('Yoga no longer asks for fetch: is `define` still needed?');
    for (const output of Object.values(bundle)) {
      if (output.type === 'chunk' && /\bfetch\b/.test(output.code))
        throw new Error(`${output.fileName} asks for fetch`);
    }
  },
};

/**
 * Libraries measure text as we do. With string-width itself a frame of Ink takes half as long again, and beside 5,000 busy
 * connections a key is on the screen after 20 ms in place of 12. Ends with a string-width that is as fast for box drawing
 * as for ASCII. One module for all also keeps the older copy of yargs out: each command starts 15 ms sooner.
 */
const ourWidths = resolve('src/text/string-width.ts');
const widths: Plugin = {
  name: 'widths',
  resolveId: {
    filter: { id: /^string-width$/ },
    handler: (_id, importer) =>
      packageFolder(importer ?? '') === undefined ? resolve('node_modules/string-width/index.js') : ourWidths,
  },
  buildEnd(error) {
    if (error === undefined && this.getModuleInfo(ourWidths) === null)
      throw new Error('no library asks for string-width');
  },
};

/** The threads: each has all that it needs in one file, which is where the chunks look for it. */
const thread = {
  platform: 'node',
  transform: { target: 'node22.12' },
} satisfies RolldownOptions;

export default defineConfig([
  {
    input: { cli: 'src/cli.ts' },
    platform: 'node',
    transform: {
      target: 'node22.12',
      // React decides by it: its development build costs a third more processor time.
      define: {
        'process.env.NODE_ENV': '"production"',
        // Yoga fetches its own data: URL, for which Node loads all of fetch: 33 of 220 ms until the console's first frame.
        // Ends with a yoga-layout built without https://github.com/emscripten-core/emscripten/issues/20449.
        fetch: 'undefined',
      },
    },
    plugins: [widths, withoutDevtools, withoutPrograms, cleanStderr, withoutFetch, thirdPartyLicenses, executable],
    output: {
      dir: 'dist',
      cleanDir: true,
      // Each command's run has a chunk of its own, named as the command.
      chunkFileNames: ({ name, facadeModuleId }) =>
        `chunks/${/[\\/](\w+)[\\/]run\.ts$/.exec(facadeModuleId ?? '')?.[1] ?? name}.js`,
      minify: true,
      codeSplitting: {
        groups: [
          // Comes before any other module is loaded.
          { name: 'first', test: /[\\/]src[\\/](?:environment|own-folder|start)\.ts$/, priority: 2 },
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
