/**
 * Draws media/console.svg from the built program: `npm run media`. With a path, it writes a PNG there as well, to look
 * at: `npm run media -- /tmp/console.png`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writePng } from './png.ts';
import { record } from './record.ts';
import { consoleScene } from './scene.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const svgPath = path('console.svg');
const pngPath = process.argv[2];

const svg = await record(
  {
    command: process.execPath,
    args: [path('../dist/cli.js'), ':0'],
    columns: 120,
    rows: 24,
    title: 'echoscope',
    description: 'The console: connections with their counters and rates, and a chat with the echo server',
  },
  consoleScene,
);
writeFileSync(svgPath, svg);
if (pngPath !== undefined) writePng(svgPath, pngPath);
