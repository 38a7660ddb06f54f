import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { parseTime } from '../../src/text/quantity.ts';
import { freePort } from '../support/net/free-port.ts';
import type { Size } from '../support/terminal/emulator.ts';
import { openTerminal } from '../support/terminal/pty.ts';
import { until } from '../support/wait.ts';
import { Account, type Close } from './account.ts';
import type { LoadOptions, Told } from './load.ts';
import { growth, type Held, heldBy, openFiles, residentBytes } from './watch.ts';

/**
 * `npm run soak -- [TIME]`: serve and the console, in a terminal, under every kind of client at once for a long time. At
 * the end nothing may be left over: no byte unaccounted for, no file, no timer, no memory; and no frame was ever torn.
 */

/** Windows that the console is seen through, one after the other. */
const windows: readonly Size[] = [
  { columns: 120, rows: 40 },
  { columns: 80, rows: 24 },
  { columns: 100, rows: 30 },
  { columns: 60, rows: 20 },
];

/** What is taken to be no growth: of a heap, and of a whole process, bytes. */
const heapSlackBytes = 6 << 20;
const residentSlackBytes = 24 << 20;
/** The warm-up: buffers grow, code is compiled, slots are taken for the first time. A third of a short run, ms. */
const warmUpMs = 60_000;
/** In a shorter run resident memory is still on its way to where it stays: the arenas of malloc fill for minutes, ms. */
const longMs = 180_000;
const mostWrong = 20;

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A program under load, as it is seen from outside. */
interface Watched {
  readonly name: string;
  readonly pid: number;
  readonly heapFolder: string;
  readonly filesBefore: number;
  readonly residents: number[];
}

const watchedOf = async (name: string, pid: number, heapFolder: string): Promise<Watched> => {
  await until(() => heldBy(heapFolder).size >= 2, `the threads of ${name}`);
  return { name, pid, heapFolder, filesBefore: openFiles(pid), residents: [] };
};

const mib = (bytes: number): string => `${(bytes / (1 << 20)).toFixed(1)} MiB`;

/** What did not hold, in words. */
const wrong: string[] = [];
const complain = (words: string): void => {
  if (wrong.length < mostWrong) wrong.push(words);
};

const durationMs = parseTime(process.argv[2] ?? '10m');
const warmMs = Math.min(warmUpMs, durationMs / 3);
const home = mkdtempSync(join(tmpdir(), 'echoscope-soak-'));
const folderOf = (name: string): string => {
  mkdirSync(join(home, name));
  return join(home, name);
};
const environmentOf = (heapFolder: string) => ({
  NODE_OPTIONS: `--import=${new URL('./heap.ts', import.meta.url)}?folder=${encodeURIComponent(heapFolder)}`,
  XDG_STATE_HOME: join(home, 'state'),
});

// serve tells of each connection: what it says is held against what the clients know.
const serveHeap = folderOf('serve');
const serve = spawn(process.execPath, [program, 'serve', ':0', 'udp://:0', '--json'], {
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, ...environmentOf(serveHeap) },
});
process.once('exit', () => serve.kill('SIGKILL'));
const ports: number[] = [];
const closes: Close[] = [];
let last: Readonly<Record<string, unknown>> = {};
let said = '';
serve.stderr.setEncoding('utf8').on('data', (text: string) => {
  said += text;
});
createInterface({ input: serve.stdout }).on('line', (line) => {
  last = JSON.parse(line);
  if (last.event === 'listening') ports.push(Number(String(last.endpoint).replace(/^.*:/, '')));
  if (last.event !== 'close') return;
  const { transport, peer, how, bytesIn, bytesOut } = last;
  closes.push({
    transport: String(transport),
    peer: String(peer),
    how: String(how),
    bytesIn: Number(bytesIn),
    bytesOut: Number(bytesOut),
  });
});
const gone = new Promise<number | null>((resolve) => serve.once('close', resolve));
await until(() => ports.length === 2, 'the listeners of serve');

// The console is looked at.
const consoleHeap = folderOf('console');
const [tcpPort, udpPort] = [
  await freePort({ transport: 'tcp', host: '127.0.0.1' }),
  await freePort({ transport: 'udp', host: '127.0.0.1' }),
];
const terminal = openTerminal({
  command: process.execPath,
  args: [program, `:${tcpPort}`, `udp://:${udpPort}`],
  columns: 120,
  rows: 40,
  env: environmentOf(consoleHeap),
});
process.once('exit', () => terminal.signal('SIGKILL'));
await terminal.until(/ online ─*╮/u);

const watched = [
  await watchedOf('serve', serve.pid ?? 0, serveHeap),
  await watchedOf('the console', terminal.pid, consoleHeap),
];

const began = performance.now();
const passedMs = (): number => performance.now() - began;
const load: LoadOptions = {
  servers: [
    { tcp: ports[0] ?? 0, udp: ports[1] ?? 0 },
    { tcp: tcpPort, udp: udpPort },
  ],
  durationMs,
};
const clients = new Worker(new URL('./load.ts', import.meta.url), { workerData: load });
const told = new Promise<Told>((resolve, reject) => {
  clients.once('message', resolve);
  clients.once('error', reject);
});
// Awaited when the time is over.
told.catch(() => undefined);

/** A frame is whole when its borders meet, and nothing of it is above or below the window. */
const isWhole =
  ({ rows }: Size) =>
  (grid: readonly string[]): boolean => {
    const count = (corner: string): number => grid.filter((line) => line.startsWith(corner)).length;
    const [first = '', foot = ''] = [grid[0], grid.at(-1)];
    const isFilled = first.startsWith(' echoscope') && foot.trim() !== '' && grid.length === rows;
    return isFilled && count('╭') > 0 && count('╭') === count('╰');
  };

let frames = 0;
const lookAtFrame = (size: Size): void => {
  frames++;
  const grid = terminal.grid();
  if (!isWhole(size)(grid)) complain(`a torn frame at ${size.columns}x${size.rows}:\n${grid.join('\n')}`);
};

let window = 0;
let size = windows[0] ?? { columns: 120, rows: 40 };
let nextWindowMs = 5000;
while (passedMs() < durationMs) {
  await delay(500);
  for (const each of watched) if (passedMs() >= warmMs) each.residents.push(residentBytes(each.pid));
  if (passedMs() < nextWindowMs) {
    await terminal.until(() => true);
    lookAtFrame(size);
    continue;
  }
  nextWindowMs += 5000;
  size = windows[++window % windows.length] ?? size;
  terminal.resize(size);
  await terminal.until(isWhole(size)).catch((error: Error) => complain(error.message));
}
const { connections, wrong: heard } = await told;
heard.forEach(complain);
const [toServe = [], toConsole = []] = connections;

// Closed connections may still be told of; what stays behind them would be a leak.
for (const { name, pid, filesBefore } of watched)
  await until(() => openFiles(pid) <= filesBefore, `the files of ${name} to be ${filesBefore} again`).catch(() =>
    complain(`${name} had ${filesBefore} files open before, and has ${openFiles(pid)} now`),
  );
// Each thread is to be looked at once more.
await delay(4000);
terminal.resize({ columns: 120, rows: 40 });
const served = toConsole.length + 1;
const shown = new RegExp(`\\b${served.toLocaleString('en')} served`, 'u');
await terminal.until(shown).catch(() => complain(`the console does not show ${shown.source}: ${terminal.grid()[0]}`));

const named = ({ resources }: Held): string => JSON.stringify(resources);
const rows: string[] = [];
for (const { name, heapFolder, residents } of watched) {
  rows.push(
    `${name.padEnd(12)} resident ${mib(Math.min(...residents))} to ${mib(Math.max(...residents))}, growth ${mib(growth(residents))}`,
  );
  if (durationMs >= longMs && growth(residents) > residentSlackBytes)
    complain(`${name} grew by ${mib(growth(residents))}`);
  for (const [thread, held] of heldBy(heapFolder)) {
    const [before, after] = [held[0], held.at(-1)];
    const heaps = held.filter(({ atMs }) => atMs - (before?.atMs ?? 0) >= warmMs).map(({ heapBytes }) => heapBytes);
    rows.push(`  thread ${thread}   heap ${mib(Math.min(...heaps))} at least, growth ${mib(growth(heaps))}`);
    if (growth(heaps) > heapSlackBytes)
      complain(`the heap of thread ${thread} of ${name} grew by ${mib(growth(heaps))}`);
    // The console's clock runs while rows of UDP peers grow older; each connection had timers, and there were thousands.
    const timers = (each: Held | undefined): number => each?.resources.Timeout ?? 0;
    if (timers(after) > timers(before) + 3 && after !== undefined && before !== undefined)
      complain(`thread ${thread} of ${name} held ${named(before)} before, and holds ${named(after)} now`);
  }
}

await terminal.press('ctrl-c');
const exit = await terminal.exited;
if (exit.status !== 0) complain(`the console ended with ${JSON.stringify(exit)}`);
if (terminal.modes().alternateScreen) complain('the console left the terminal on its other screen');
serve.kill('SIGINT');
if ((await gone) !== 0) complain('serve did not end with 0');
if (said !== '') complain(`serve said: ${said}`);
wrong.push(...Account.of(toServe).settle(closes, mostWrong));
const sum = (field: 'bytesIn' | 'bytesOut'): number => closes.reduce((all, close) => all + close[field], 0);
const totals = {
  event: 'stopped',
  open: 0,
  served: toServe.length,
  refused: 0,
  bytesIn: sum('bytesIn'),
  bytesOut: sum('bytesOut'),
};
for (const [field, value] of Object.entries(totals))
  if (last[field] !== value) complain(`${field} is ${String(last[field])} in the last event, not ${value}`);
rmSync(home, { recursive: true, force: true });

const exactly = (n: number): string => n.toLocaleString('en');
process.stdout.write(
  [
    `${Math.round(passedMs() / 1000)} s; ${exactly(toServe.length)} connections to serve, ${exactly(toConsole.length)} to the console; ${exactly(frames)} frames looked at`,
    `serve: ${exactly(totals.bytesIn)} B in, ${exactly(totals.bytesOut)} B out, each connection accounted for`,
    ...rows,
    ...(wrong.length === 0 ? ['nothing left over'] : wrong.map((words) => `WRONG: ${words}`)),
    '',
  ].join('\n'),
);
process.exit(wrong.length === 0 ? 0 : 1);
