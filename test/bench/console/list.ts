/**
 * How quick the list is with 10,000 connections: `npm run bench:list -- [COUNT]`. First the pure work of
 * each key on rows in memory, then the built program in a real terminal with as many real connections: the time from
 * the key to the frame that shows what it did, emulator included. Prints a table of each, in ms.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseFilter } from '../../../src/model/filter.ts';
import type { Connection } from '../../../src/model/snapshot.ts';
import { sortKeys, sortRows } from '../../../src/model/sort-order.ts';
import { connection, nowMs } from '../../screen/fixture.ts';
import { openTerminal } from '../../support/terminal/pty.ts';

const count = Number(process.argv[2] ?? 10_000);
const rounds = 40;
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

interface Line {
  readonly key: string;
  readonly p50: number;
  readonly p99: number;
}

const summary = (key: string, times: readonly number[]): Line => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toFixed(2));
  return { key, p50: at(0.5), p99: at(0.99) };
};

/** Rows that are in no order of their own: ports and counters of a busy server, from many addresses. */
const rows: readonly Connection[] = Array.from({ length: count }, (_, place) => {
  const mixed = (place * 7919) % count;
  return connection(count - place, {
    ageMs: mixed * 13,
    peer: `10.${mixed % 7}.${mixed % 251}.${mixed % 253}:${1024 + mixed}`,
    bytesIn: (mixed * 104_729) % 1_000_003,
    bytesOut: (mixed * 15_485_863) % 1_000_003,
    rate: { in: mixed % 1000, out: mixed % 777 },
  });
});

const work = (key: string, act: () => unknown): Line => {
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now();
    act();
    return performance.now() - from;
  });
  return summary(key, times);
};

const filtering = (text: string): Line =>
  work(`/${text}`, () => {
    const parsed = parseFilter(text);
    if (parsed.ok) rows.filter((row) => parsed.filter.matches(row, nowMs));
  });

const inMemory = (): readonly Line[] => [
  ...sortKeys.map((by) => work(`sort by ${by}`, () => sortRows(rows, { by, isDescending: true }))),
  ...['10.3', 'state:est', 'in:>500kB', '!udp age:>30s rate:>100', 'nothing'].map(filtering),
];

const onScreen = async (): Promise<readonly Line[]> => {
  const terminal = openTerminal({
    command: process.execPath,
    args: [path('../../../dist/cli.js'), ':0', '--max-connections', String(count + 10)],
    columns: 120,
    rows: 40,
  });
  try {
    await terminal.until('online');
    const port = /tcp:\/\/\S+:(\d+)/u.exec(terminal.text())?.[1] ?? '';
    const crowd = spawn(process.execPath, [path('../../support/net/crowd.ts'), port, String(count)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(crowd.stdout, 'data');
    const all = count + 1;
    await terminal.until(`${all.toLocaleString('en')} served`, 60_000);
    await terminal.press('escape');
    await terminal.until('┤ Connections ├');

    const timed = async (keys: string, shown: RegExp): Promise<number> => {
      const from = performance.now();
      const seen = terminal.until(shown).then(() => performance.now() - from);
      await terminal.burst(keys);
      return seen;
    };
    /** One key after the other, and again from the start; a name for each that is measured. */
    const measure = async (steps: readonly (readonly [name: string, keys: string, shown: RegExp])[]) => {
      const times = new Map<string, number[]>(steps.map(([name]) => [name, []]));
      for (let round = 0; round < rounds / 4; round += 1)
        for (const [name, keys, shown] of steps) times.get(name)?.push(await timed(keys, shown));
      return [...times].map(([name, each]) => summary(name, each));
    };
    const at = (place: number) => new RegExp(`[ ─]${place}/${all} `, 'u');
    const lines = [
      ...(await measure([
        ['G last', 'G', at(all)],
        ['g first', 'g', at(1)],
        ['j next', 'j', at(2)],
        ['PgDn', '\x1b[6~', new RegExp(`[ ─](?:2\\d|3\\d)/${all} `, 'u')],
        ['PgUp', '\x1b[5~', new RegExp(`[ ─][12]/${all} `, 'u')],
        ['Space freeze', ' ', /^ frozen /u],
        ['Space go on', ' ', /^ echoscope /u],
      ])),
      ...(await measure([
        ['s by id', 's', / #▼/u],
        ['s by peer', 's', / peer▲/u],
        ['s by state', 's', / state▲/u],
        ['s by opened', 's', / opened▲/u],
        ['s by in', 's', / in▼/u],
        ['S turned round', 'S', / in▲/u],
        ['s by out', 's', / out▼/u],
        ['s by in/s', 's', /in\/s▼/u],
        ['s by out/s', 's', /out\/s▼/u],
        ['s as it came', 's', /┤ Connections ├/u],
      ])),
      ...(await measure([
        ['/ and a filter in one chunk', '/in:>0', /Connections [\d,]+ of [\d,]+ \/in:>0 /u],
        ['more that narrows it', ' id:5', /Connections 1 of [\d,]+ \/in:>0 id:5 /u],
        ['Ctrl-U: all of them', '\x15', /┤ Connections ├/u],
        ['Enter', '\r', / s sort /u],
      ])),
    ];
    crowd.stdin.end();
    await once(crowd, 'exit');
    return lines;
  } finally {
    await terminal.close();
  }
};

console.log(`${count} connections, in memory, ms`);
console.table(inMemory());
console.log(`${count} connections, from key to frame in a terminal of 120 by 40, ms`);
console.table(await onScreen());
