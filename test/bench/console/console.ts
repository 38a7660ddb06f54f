/**
 * What the console costs: `npm run bench:console`, all of it or the parts that are named (start, still, idle, keys, wire).
 * Prints one table to stdout, in Markdown, and what it is doing to stderr.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { benchItself, generate, type Load, measureIdle, type Report } from '../load.ts';
import { becomesQuiet, describeMachine, findPinning, moveToCore, thisMachine } from '../machine.ts';
import { program } from '../peers.ts';
import { atLeast, atMost, isMet, lessThan, median, ratioOfRound, summarize, type Target } from '../ratios.ts';
import { markdown, placement as placementInWords } from '../report.ts';
import { takePairs } from '../rounds.ts';
import { startServer } from '../server.ts';
import { typeLetters } from './keystrokes.ts';
import { startConsole } from './pseudo-terminal.ts';

/** A line of the table. `figure` is what the target speaks of; `note` says what it came from. */
interface Row {
  readonly work: string;
  readonly figure: number;
  readonly unit: string;
  readonly target: Target | null;
  readonly note: string;
}

const rounds = 8;
const startRounds = 15;
const sliceSeconds = 0.5;
const stillSeconds = 10;
const keys = 200;
/** How long a crowd of 10,000 may take to connect before the first key, s. */
const crowdSeconds = 10;

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const ms = (figure: number): string => `${figure.toFixed(1)} ms`;

const [node, ...args] = program;

/** `node -e 0`, from its start to its end, ms. */
const nothing = (): number => {
  const from = performance.now();
  spawnSync(node, ['-e', '0'], { stdio: 'ignore' });
  return performance.now() - from;
};

/** `serve`, from its start to the line that it listens, ms. */
const serveStarts = async (): Promise<number> => {
  const from = performance.now();
  const child = spawn(node, [...args, 'serve', ':0', '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const took = performance.now() - from;
  // In an orderly way: what was compiled is kept for the next start.
  child.kill('SIGTERM');
  await once(child, 'exit');
  return took;
};

/** The console, from its start to its first frame, ms. */
const consoleStarts = async (): Promise<number> => {
  const server = await startConsole();
  server.type('\u0003');
  await server.child.ended;
  return server.firstFrameMs;
};

const start = async (): Promise<readonly Row[]> => {
  const times: Record<'node' | 'serve' | 'console', number[]> = { node: [], serve: [], console: [] };
  // The first start of a new build compiles it and keeps what came of it.
  await serveStarts();
  await consoleStarts();
  for (let round = 0; round < startRounds; round++) {
    await becomesQuiet();
    times.node.push(nothing());
    times.serve.push(await serveStarts());
    times.console.push(await consoleStarts());
  }
  const row = (work: string, name: 'serve' | 'console', most: number): Row => ({
    work,
    figure: median(times[name].map((time, round) => time / (times.node[round] ?? Number.NaN))),
    unit: '× `node -e 0`',
    target: atMost(most),
    note: `${ms(median(times[name]))} by ${ms(median(times.node))}`,
  });
  return [row('start: `serve` listens', 'serve', 4), row('start: first frame of the console', 'console', 8)];
};

const still = async (): Promise<readonly Row[]> => {
  await using server = await startConsole();
  // As people leave it: the client is connected, its row on view and selected. Its rates fall to zero first.
  server.type('hello\r');
  await delay(3000);
  const before = { drawn: server.drawn(), busy: processorMs(server.child.pid) };
  await delay(stillSeconds * 1000);
  const work = 'console, nothing happens';
  const busy = (processorMs(server.child.pid) - before.busy) / (stillSeconds * 10);
  return [
    {
      work,
      figure: server.drawn() - before.drawn,
      unit: 'bytes drawn',
      target: atMost(0),
      note: `${stillSeconds} s, client connected, its row on view`,
    },
    { work, figure: busy, unit: '% of a processor', target: lessThan(1), note: 'all threads' },
  ];
};

/** Time on a processor of all threads that a process has, ms (schedstat of proc(5)). */
const processorMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, time) => sum + time, 0);

const idle = async (): Promise<readonly Row[]> => {
  await using server = await startConsole();
  const figure = await measureIdle(server, 8000, 0);
  return [{ work: 'console, 8,000 idle connections', figure, unit: 'MiB resident', target: atMost(170), note: '' }];
};

const pressed = async (): Promise<readonly Row[]> => {
  await using server = await startConsole();
  // One of the 10,000 is the console's own.
  const load: Load = { mode: 'pingpong', connections: 9999, size: 64 };
  const typingSeconds = Math.ceil(keys * 0.15) + 5;
  const report = generate(benchItself, server, load, crowdSeconds + typingSeconds);
  await delay(crowdSeconds * 1000);
  const times = (await typeLetters(server, keys)).toSorted((a, b) => a - b);
  const { roundTripsPerSecond, errors } = await report;
  const figure = times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
  const note = `median ${ms(median(times))}, ${Math.round(roundTripsPerSecond ?? 0)} round trips/s, ${errors} errors`;
  return [{ work: 'key to screen, 10,000 busy connections', figure, unit: 'ms, p99', target: lessThan(50), note }];
};

const loads: readonly { readonly title: string; readonly load: Load; readonly rate: (report: Report) => number }[] = [
  {
    title: '1 stream of 64 KiB writes',
    load: { mode: 'stream', connections: 1, size: 1 << 16 },
    rate: ({ bytesPerSecond }) => bytesPerSecond ?? Number.NaN,
  },
  {
    title: '8 streams of 64 KiB writes',
    load: { mode: 'stream', connections: 8, size: 1 << 16 },
    rate: ({ bytesPerSecond }) => bytesPerSecond ?? Number.NaN,
  },
  {
    title: '64 connections in ping-pong, 64 B',
    load: { mode: 'pingpong', connections: 64, size: 64 },
    rate: ({ roundTripsPerSecond }) => roundTripsPerSecond ?? Number.NaN,
  },
  {
    title: 'connect, 16 B, half-close, close; 8 at a time',
    load: { mode: 'connect', connections: 8, size: 16 },
    rate: ({ connectionsPerSecond }) => connectionsPerSecond ?? Number.NaN,
  },
];

/** The same load on the console and on `serve`, in pairs of slices. */
const wire = async (): Promise<readonly Row[]> => {
  await using serve = await startServer('tcp', (port) => [...program, 'serve', `:${port}`, '--json']);
  await using shown = await startConsole();
  const rows: Row[] = [];
  for (const { title, load, rate } of loads) {
    const ratios: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      await becomesQuiet();
      const pairs = await takePairs(shown, serve, round, pinning.placements, async (server, placement) => {
        if (placement !== null) moveToCore(placement.server, server.child.pid);
        const report = await generate(benchItself, server, load, sliceSeconds, placement?.load ?? null);
        return { figures: { rate: rate(report) }, errors: report.errors };
      });
      // The first round gets both warm.
      if (round > 0) ratios.push(ratioOfRound('rate', { pairs }) ?? Number.NaN);
    }
    const ratio = summarize(ratios);
    const range = ratio === null ? '' : `${ratio.lowest.toFixed(2)} to ${ratio.highest.toFixed(2)}`;
    const figure = ratio?.median ?? Number.NaN;
    rows.push({ work: `console, ${title}`, figure, unit: '× `serve`', target: atLeast(0.9), note: range });
    tell(`${title}: ${figure.toFixed(3)} (${range})`);
  }
  return rows;
};

const pinning = findPinning();
const parts = { start, still, idle, keys: pressed, wire } as const;
const isPart = (name: string): name is keyof typeof parts => Object.hasOwn(parts, name);

const named = process.argv.slice(2);
const unknown = named.filter((name) => !isPart(name));
if (unknown.length > 0) {
  tell(`there is no ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  tell(`${name} …`);
  await becomesQuiet();
  rows.push(...(await measure()));
}
const cells = ({ work, figure, unit, target, note }: Row): readonly string[] => [
  work,
  `${figure.toFixed(figure < 10 && figure % 1 !== 0 ? 2 : 0)} ${unit}`,
  target === null ? '' : `${target.is} ${target.limit}`,
  target === null ? '' : isMet(target, figure) ? 'yes' : '**no**',
  note,
];
process.stdout.write(`${markdown(['work', 'figure', 'target', 'met', ''], rows.map(cells))}\n\n`);
process.stdout.write(`${describeMachine(thisMachine())}. The wire: ${placementInWords(pinning)}\n`);
