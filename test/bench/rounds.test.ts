import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { until } from '../support/wait.ts';
import { startChild } from './child.ts';
import { findPeers, type Peer } from './peer.ts';
import { runRounds } from './rounds.ts';
import type { Server } from './server.ts';
import type { Effort, Sample, Work } from './work.ts';

const effort: Effort = { rounds: 3, warmUpSeconds: 1, waits: false, seconds: 1, processors: [], crowd: 1 };
const never = new AbortController().signal;
const found = findPeers({ binary: '', missing: 'not needed here', remove: () => undefined }).peers;
const peers = found.filter(({ name }) => name === 'node-pipe' || name === 'node-data');

/** A workload that says what it measures and writes down with whom. */
const workOf = (measure: (server: Server, turn: number) => Sample, isFresh = false) => {
  const servers: Server[] = [];
  const work: Work = {
    name: 'fake',
    title: 'fake',
    transport: 'tcp',
    measures: [],
    isFresh,
    without: () => null,
    measure: (server) => {
      servers.push(server);
      return Promise.resolve(server).then((it) => measure(it, servers.length - 1));
    },
  };
  return { work, servers };
};

const isThere = (pid: number): boolean => spawnSync('kill', ['-0', `${pid}`]).status === 0;

describe('rounds', () => {
  it('give each peer its turn in every round, there and back, and do not count the first', async () => {
    const { work, servers } = workOf((_, turn) => ({ figures: { turn }, errors: 0 }));
    const told: string[] = [];
    const all = await runRounds(work, peers, effort, (line) => told.push(line), never);
    expect(all.map(({ peer, samples }) => [peer.name, samples.map((sample) => sample?.figures.turn)])).toEqual([
      ['node-pipe', [2, 5, 6]],
      ['node-data', [3, 4, 7]],
    ]);
    // One server for each, from the first round to the last, and none after it.
    expect(new Set(servers.map(({ port }) => port)).size).toBe(2);
    expect(servers.filter(({ child }) => isThere(child.pid))).toEqual([]);
    expect(told).toContain('fake 3/3 node-data: turn 7.000, errors 0');
  });

  it('keep the generator on one processor after the other, the same for all peers of a round', async () => {
    const { work } = workOf(() => ({ figures: {}, errors: 0 }));
    const on: (number | null)[] = [];
    const measure: Work['measure'] = (server, given, processor) => {
      on.push(processor);
      return work.measure(server, given, processor);
    };
    await runRounds({ ...work, measure }, peers, { ...effort, processors: [4, 7] }, () => undefined, never);
    expect(on).toEqual([7, 7, 4, 4, 7, 7, 4, 4]);
  });

  it('go on with a server anew where one failed, and keep its round empty', async () => {
    const { work, servers } = workOf(({ child }, turn) => {
      if (turn !== 2) return { figures: {}, errors: 0 };
      process.kill(child.pid, 'SIGKILL');
      throw new Error('gone');
    });
    const told: string[] = [];
    const [series] = await runRounds(work, peers.slice(0, 1), effort, (line) => told.push(line), never);
    expect(series?.samples.map((sample) => sample?.errors)).toEqual([0, undefined, 0]);
    expect(told).toContain('fake: node-pipe: gone');
    expect(new Set(servers.map(({ port }) => port)).size).toBe(2);
  });

  it('have a new server in each round where the workload wants that', async () => {
    const { work, servers } = workOf(() => ({ figures: {}, errors: 0 }), true);
    await runRounds(work, peers.slice(0, 1), effort, () => undefined, never);
    expect(new Set(servers.map(({ child }) => child.pid)).size).toBe(3);
    expect(servers).toHaveLength(3);
  });

  it('end with what there is where they are cut short, and leave no server behind', async () => {
    const over = new AbortController();
    const { work, servers } = workOf((_, turn) => {
      if (turn === 3) over.abort();
      return { figures: { turn }, errors: 0 };
    });
    const all = await runRounds(work, peers, effort, () => undefined, over.signal);
    expect(all.map(({ samples }) => samples.map((sample) => sample?.figures.turn))).toEqual([[2], []]);
    expect(servers).toHaveLength(4);
    expect(servers.filter(({ child }) => isThere(child.pid))).toEqual([]);
  });

  it('tell of a peer that does not start', async () => {
    const { work } = workOf(() => ({ figures: {}, errors: 0 }));
    const broken: Peer = {
      name: 'socat',
      title: 'broken',
      tcp: () => ['sh', '-c', 'echo no room >&2; exit 3'],
      udp: null,
      isVariant: false,
      isFaithful: false,
      forks: false,
    };
    const told: string[] = [];
    const [series] = await runRounds(work, [broken], { ...effort, rounds: 1 }, (line) => told.push(line), never);
    expect(series?.samples).toEqual([null]);
    expect(told.at(-1)).toContain('exit status 3: no room');
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
