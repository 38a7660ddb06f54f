/**
 * What the console costs: `npm run bench:console`, all of it or the parts that are named (start, still, idle, keys, wire).
 * Prints one table to stdout, in Markdown, and what it is doing to stderr.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { measureIdle } from './idle.ts';
import { typeLetters } from './keystrokes.ts';
import { benchItself, generate, type Load, type Report } from './load.ts';
import { describe, thisMachine } from './machine.ts';
import { program } from './peer.ts';
import { findProcessors } from './processors.ts';
import { startConsole } from './pseudo-terminal.ts';
import { becomesQuiet } from './quiet.ts';
import { atLeast, atMost, isMet, lessThan, type Reach } from './reach.ts';
import { startServer } from './server.ts';
import { consoleStarts, nothing, serveStarts } from './start-up.ts';
import { median, ratioOf } from './statistics.ts';

/** A line of the table. `figure` is what the reach speaks of; `note` says what it came from. */
interface Row {
  readonly work: string;
  readonly figure: number;
  readonly unit: string;
  readonly reach: Reach | null;
  readonly note: string;
}

const rounds = 5;
const startRounds = 15;
const loadSeconds = 2;
const stillSeconds = 10;
const keys = 200;
/** How long a crowd of 10,000 may take to connect before the first key, s. */
const crowdSeconds = 10;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const ms = (figure: number): string => `${figure.toFixed(1)} ms`;

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
    figure: ratioOf(times[name], times.node)?.median ?? Number.NaN,
    unit: '× `node -e 0`',
    reach: atMost(most),
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
      reach: atMost(0),
      note: `${stillSeconds} s, client connected, its row on view`,
    },
    { work, figure: busy, unit: '% of a processor', reach: lessThan(1), note: 'all threads' },
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
  return [{ work: 'console, 8,000 idle connections', figure, unit: 'MiB resident', reach: atMost(170), note: '' }];
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
  return [{ work: 'key to screen, 10,000 busy connections', figure, unit: 'ms, p99', reach: lessThan(50), note }];
};

const works: readonly { readonly title: string; readonly load: Load; readonly rate: (report: Report) => number }[] = [
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

/** The same load on `serve` and on the console, in turn, there and back. */
const wire = async (): Promise<readonly Row[]> => {
  await using serve = await startServer('tcp', (port) => [...program, 'serve', `:${port}`, '--json']);
  await using shown = await startConsole();
  const processors = findProcessors();
  const rows: Row[] = [];
  for (const { title, load, rate } of works) {
    const rates: Record<'serve' | 'console', number[]> = { serve: [], console: [] };
    for (let round = -1; round < rounds; round++) {
      const processor = processors.at(round % processors.length) ?? null;
      const turns = [['serve', serve] as const, ['console', shown] as const];
      for (const [name, server] of round % 2 === 0 ? turns : turns.toReversed()) {
        await becomesQuiet();
        const report = await generate(benchItself, server, load, loadSeconds, processor);
        // The first round gets both warm.
        if (round >= 0) rates[name].push(rate(report));
      }
    }
    const ratio = ratioOf(rates.console, rates.serve);
    const range = ratio === null ? '' : `${ratio.lowest.toFixed(2)} to ${ratio.highest.toFixed(2)}`;
    const figure = ratio?.median ?? Number.NaN;
    rows.push({ work: `console, ${title}`, figure, unit: '× `serve`', reach: atLeast(0.9), note: range });
    say(`${title}: ${figure.toFixed(3)} (${range})`);
  }
  return rows;
};

const parts = { start, still, idle, keys: pressed, wire } as const;
const isPart = (name: string): name is keyof typeof parts => Object.hasOwn(parts, name);

const named = process.argv.slice(2);
const unknown = named.filter((name) => !isPart(name));
if (unknown.length > 0) {
  say(`there is no ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  say(`${name} …`);
  await becomesQuiet();
  rows.push(...(await measure()));
}
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const told = ({ work, figure, unit, reach, note }: Row): readonly string[] => [
  work,
  `${figure.toFixed(figure < 10 && figure % 1 !== 0 ? 2 : 0)} ${unit}`,
  reach === null ? '' : `${reach.is} ${reach.limit}`,
  reach === null ? '' : isMet(reach, figure) ? 'yes' : '**no**',
  note,
];
const head = ['work', 'figure', 'reach', 'met', ''];
process.stdout.write(
  `${[head, head.map(() => '---'), ...rows.map(told)].map(line).join('\n')}\n\n${describe(thisMachine())}.\n`,
);
