import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requireProgram } from '../support/program.ts';
import { until } from '../support/wait.ts';
import { startChild } from './child.ts';
import { onCore, unpinned } from './machine.ts';
import { findPeers, type Peer } from './peers.ts';
import { type Conditions, runRounds } from './rounds.ts';
import type { Server } from './server.ts';
import type { Workload } from './workloads.ts';

const conditions: Conditions = {
  effort: { rounds: 2, seconds: 1, warmUpSeconds: 5, waits: false, crowd: 1 },
  pinning: unpinned('a test'),
  tell: () => undefined,
  over: new AbortController().signal,
};
const withoutWarmUp: Conditions = { ...conditions, effort: { ...conditions.effort, warmUpSeconds: 0 } };

const { peers } = findPeers({ binary: '', missing: 'not needed here', remove: () => undefined });
const peer = (name: string): Peer => {
  const found = peers.find((it) => it.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
// Servers of plain Node stand for ours and theirs.
const [ours, theirs] = [peer('node-pipe'), peer('node-data')];

interface Turn {
  readonly server: Server;
  readonly seconds: number;
  readonly core: number | null;
}

/** A workload that measures the number of its turn, and writes down with whom it was. */
const countingTurns = (more: Partial<Workload> = {}, act: (turn: Turn, count: number) => void = () => undefined) => {
  const turns: Turn[] = [];
  const workload: Workload = {
    name: 'fake',
    title: 'fake',
    transport: 'tcp',
    measures: [{ name: 'turn', unit: '', targets: {}, own: null }],
    isFresh: false,
    isOnOneCore: false,
    without: () => null,
    measure: async (server, { seconds }, core) => {
      const turn = { server, seconds, core };
      turns.push(turn);
      act(turn, turns.length - 1);
      return { figures: { turn: turns.length - 1 }, errors: 0 };
    },
    ...more,
  };
  return { workload, turns };
};

const turnsOf = (rounds: Awaited<ReturnType<typeof runRounds>>[number]['rounds']) =>
  rounds.map(({ pairs }) => pairs.map((it) => [it.ours?.figures.turn ?? null, it.theirs?.figures.turn ?? null]));

const isThere = (pid: number): boolean => spawnSync('kill', ['-0', `${pid}`]).status === 0;

describe('rounds', () => {
  it('are pairs of slices in which either side is first in turn, after all got warm', async () => {
    const { workload, turns } = countingTurns();
    const told: string[] = [];
    const [pairing] = await runRounds(workload, ours, [theirs], { ...conditions, tell: (line) => told.push(line) });
    expect(turnsOf(pairing?.rounds ?? [])).toEqual([
      [
        [2, 3],
        [5, 4],
      ],
      [
        [7, 6],
        [8, 9],
      ],
    ]);
    expect(turns.map(({ seconds }) => seconds)).toEqual([5, 5, ...Array.from({ length: 8 }, () => 0.5)]);
    // One server for each, from the first slice to the last, and none after it.
    expect(new Set(turns.map(({ server }) => server.port)).size).toBe(2);
    expect(turns.filter(({ server }) => isThere(server.child.pid))).toEqual([]);
    expect(told).toEqual([
      expect.stringMatching(/^fake 1\/2 node-data: turn × 0\.\d+$/u),
      expect.stringMatching(/^fake 2\/2 node-data: turn × /u),
    ]);
  });

  it('give the peers their turns there and back', async () => {
    const { workload, turns } = countingTurns();
    await runRounds(workload, ours, [theirs, peer('node-pipe')], withoutWarmUp);
    const ports = turns.map(({ server }) => server.port);
    const inFirst = new Set(ports.slice(0, 4));
    expect(new Set(ports.slice(-4))).toEqual(inFirst);
  });

  it.runIf(requireProgram('taskset'))('pin all threads of the server, and the load beside it', async () => {
    const seen: string[] = [];
    const { workload, turns } = countingTurns({}, ({ server }) => {
      const threads = readdirSync(`/proc/${server.child.pid}/task`);
      const cores = threads.map((thread) => {
        const status = readFileSync(`/proc/${server.child.pid}/task/${thread}/status`, 'utf8');
        return /^Cpus_allowed_list:\s+(.*)$/mu.exec(status)?.[1];
      });
      expect(threads.length).toBeGreaterThan(1);
      seen.push([...new Set(cores)].join());
    });
    const pinning = {
      placements: [
        { server: 0, load: 7 },
        { server: 0, load: 9 },
      ],
      why: null,
    } as const;
    await runRounds(workload, ours, [theirs], { ...withoutWarmUp, pinning });
    expect(seen).toEqual(Array.from({ length: 8 }, () => '0'));
    expect(turns.map(({ core }) => core)).toEqual([7, 7, 9, 9, 7, 7, 9, 9]);
    const shared = countingTurns({ isOnOneCore: true });
    await runRounds(shared.workload, ours, [theirs], { ...withoutWarmUp, pinning });
    expect(shared.turns.map(({ core }) => core)).toEqual(Array.from({ length: 8 }, () => 0));
    expect(onCore(7, ['load', '1'])).toEqual(['taskset', '--cpu-list', '7', 'load', '1']);
  });

  it('go on with a server anew where one failed, and keep its slice empty', async () => {
    const { workload, turns } = countingTurns({}, ({ server }, count) => {
      if (count !== 1) return;
      process.kill(server.child.pid, 'SIGKILL');
      throw new Error('gone');
    });
    const told: string[] = [];
    const tell = (line: string): void => void told.push(line);
    const [pairing] = await runRounds(workload, ours, [theirs], { ...withoutWarmUp, tell });
    expect(turnsOf(pairing?.rounds ?? [])).toEqual([
      [
        [0, null],
        [3, 2],
      ],
      [
        [5, 4],
        [6, 7],
      ],
    ]);
    expect(told).toContain('fake: node-data: gone');
    expect(new Set(turns.map(({ server }) => server.port)).size).toBe(3);
  });

  it('are one pair of new servers where the workload wants such', async () => {
    const { workload, turns } = countingTurns({ isFresh: true });
    const [pairing] = await runRounds(workload, ours, [theirs], conditions);
    expect(turnsOf(pairing?.rounds ?? [])).toEqual([[[0, 1]]]);
    expect(turns.filter(({ server }) => isThere(server.child.pid))).toEqual([]);
  });

  it('end with the whole rounds that there are where they are cut short, and leave no server behind', async () => {
    const over = new AbortController();
    const { workload, turns } = countingTurns({}, (_, count) => {
      if (count === 5) over.abort();
    });
    const [pairing] = await runRounds(workload, ours, [theirs], { ...withoutWarmUp, over: over.signal });
    expect(turnsOf(pairing?.rounds ?? [])).toEqual([
      [
        [0, 1],
        [3, 2],
      ],
    ]);
    expect(turns).toHaveLength(6);
    expect(turns.filter(({ server }) => isThere(server.child.pid))).toEqual([]);
  });

  it('tell of a peer that does not start', async () => {
    const broken: Peer = { ...theirs, name: 'socat', tcp: () => ['sh', '-c', 'echo no room >&2; exit 3'] };
    const told: string[] = [];
    const { workload } = countingTurns({ isFresh: true });
    const tell = (line: string): void => void told.push(line);
    const [pairing] = await runRounds(workload, ours, [broken], { ...conditions, tell });
    expect(turnsOf(pairing?.rounds ?? [])).toEqual([[[0, null]]]);
    expect(told[0]).toContain('exit status 3: no room');
  });
});

describe('child', () => {
  it('goes together with all that it started', async () => {
    const child = startChild(['sh', '-c', 'sleep 600 & echo $!; wait'], { stdout: 'pipe' });
    await until(() => child.stdout() !== '', 'the number of its own child');
    const grandchild = Number(child.stdout());
    expect(isThere(grandchild)).toBe(true);
    await child[Symbol.asyncDispose]();
    expect(child.ending()).toBe('SIGTERM');
    await until(() => !isThere(grandchild), 'the end of it');
  });

  it('is told of where there is no such program', async () => {
    const child = startChild(['no-such-program']);
    await child.ended;
    expect(child.ending()).toContain('ENOENT');
    await child[Symbol.asyncDispose]();
  });
});
