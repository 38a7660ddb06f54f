/**
 * Draws the pictures of the README from the built program: `npm run media`. Names of pictures draw those alone, and a
 * folder (whatever has a slash) takes a PNG of each as well, to look at: `npm run media -- filter /tmp/png`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { film } from './film.ts';
import { writePng } from './png.ts';
import { type Recording, record, type Scene } from './record.ts';
import { asciiScene, consoleScene, detailScene, filterScene, helpScene, replayScene, tourScene } from './scene.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const wide = { columns: 120, rows: 30 } as const;
const program = { command: process.execPath, args: [path('../dist/cli.js'), ':0'], title: 'echoscope' } as const;

interface Drawing extends Pick<Recording, 'columns' | 'rows' | 'env' | 'description'> {
  readonly scene: Scene;
  readonly draw: typeof record;
}

const drawings: Readonly<Record<string, Drawing>> = {
  console: {
    ...wide,
    scene: consoleScene,
    draw: record,
    description: 'The console: connections with their counters and rates, and a chat with the echo server',
  },
  'console-animation': {
    columns: 120,
    rows: 28,
    scene: tourScene,
    draw: film,
    description: 'A word goes out and comes back, a device connects and sends, and the list is filtered',
  },
  narrow: {
    columns: 80,
    rows: 24,
    scene: consoleScene,
    draw: record,
    description: 'The same console in 80 columns: list, payload and chat on top of each other',
  },
  filter: { ...wide, scene: filterScene, draw: record, description: 'The list, filtered by size and sorted by it' },
  detail: {
    ...wide,
    rows: 34,
    scene: detailScene,
    draw: record,
    description: 'One connection: what it says, its counters, and the ladder of its calls',
  },
  replay: { ...wide, scene: replayScene, draw: record, description: 'Commands that play a peer again' },
  help: { columns: 170, rows: 50, scene: helpScene, draw: record, description: 'Every key of the console' },
  ascii: {
    ...wide,
    env: { LC_ALL: 'C', NO_COLOR: '1' },
    scene: asciiScene,
    draw: record,
    description: 'The console in ASCII and without colour',
  },
};

const words = process.argv.slice(2);
const wanted = words.filter((word) => word in drawings);
const folders = words.filter((word) => word.includes('/'));
const unknown = words.filter((word) => !(word in drawings || word.includes('/')));
if (unknown.length > 0) {
  process.stderr.write(`there is no ${unknown.join(', ')}; there are ${Object.keys(drawings).join(', ')}\n`);
  process.exit(2);
}
for (const folder of folders) mkdirSync(folder, { recursive: true });

for (const [name, { scene, draw, ...drawing }] of Object.entries(drawings)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const svgPath = path(`${name}.svg`);
  writeFileSync(svgPath, await draw({ ...program, ...drawing }, scene));
  for (const folder of folders) writePng(svgPath, join(folder, `${name}.png`));
}
