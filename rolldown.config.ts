import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

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

export default defineConfig([
  {
    input: { cli: 'src/cli.ts' },
    platform: 'node',
    transform: {
      target: 'node22.12',
      // React decides by it: its development build costs a third more processor time.
      define: { 'process.env.NODE_ENV': '"production"' },
    },
    plugins: [withoutDevtools, thirdPartyLicenses, executable],
    output: { dir: 'dist', cleanDir: true, chunkFileNames: 'chunks/[name].js', minify: true },
  },
  {
    input: { worker: 'src/wire/worker.ts' },
    platform: 'node',
    transform: { target: 'node22.12' },
    output: { dir: 'dist/wire', minify: true },
  },
]);
