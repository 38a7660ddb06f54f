import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import type { EngineOptions } from '../../../src/engine/engine.ts';
import { WallClock } from '../../../src/memory/clock.ts';
import { type Discipline, disciplines } from '../../../src/memory/ledger/row.ts';
import { verdictOf } from '../../../src/model/verdict.ts';
import { startCapture } from '../../support/net/capture.ts';
import { startWire, type Wire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';
import { differences, type Told } from './compare.ts';
import { type Act, type Conversation, conversations, converse } from './conversation.ts';
import { type Story, storiesOf } from './story.ts';

/** A server, and what a crowd says to it at the same time. */
interface Round {
  readonly discipline: Discipline;
  readonly rawStreams: boolean;
  readonly threads: number;
  readonly idleTimeoutMs: number | null;
  readonly graceMs: number;
  readonly talks: readonly Conversation[];
}

/** `ECHOSCOPE_SEED` plays the same rounds again. */
const seed = Number(process.env.ECHOSCOPE_SEED ?? Math.floor(Math.random() * 2 ** 31));

const rounds = (talks: number) =>
  fc.record({
    discipline: fc.constantFrom(...disciplines),
    rawStreams: fc.boolean(),
    threads: fc.constantFrom(1, 2),
    idleTimeoutMs: fc.constantFrom(null, null, 300),
    graceMs: fc.constantFrom(0, 100),
    talks: fc.array(conversations, { minLength: talks, maxLength: talks }),
  });

/**
 * Plays so many rounds of so many conversations. Resolves to how many connections were compared; rejects with those that were
 * told otherwise than tcpdump saw them.
 */
export async function compareAll(count: number, talks: number): Promise<number> {
  let compared = 0;
  const faults: string[] = [];
  for (const round of fc.sample(rounds(talks), { seed, numRuns: count })) {
    const { connections, differing } = await play(round);
    compared += connections;
    faults.push(...differing);
  }
  if (faults.length > 0)
    throw new Error(
      `${faults.length} of ${compared} differ (ECHOSCOPE_SEED=${seed}):\n${faults.slice(0, 20).join('\n')}`,
    );
  return compared;
}

/** Half of what the console can do to a connection, told from here. */
const actOn =
  (wire: Wire): Act =>
  async (localPort, act) => {
    const find = () => wire.reading().rows.find(({ peer }) => peer === `127.0.0.1:${localPort}`)?.id;
    const deadline = performance.now() + 200;
    while (find() === undefined && performance.now() < deadline) await pause(1);
    const id = find();
    if (id === undefined) return;
    const tell = (type: 'half-close' | 'close' | 'reset' | 'pause' | 'resume'): void =>
      wire.engine.tellConnection(id, { type });
    if (act === 'write') wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.alloc(3000, 'w') });
    else if (act === 'pause a while') {
      tell('pause');
      setTimeout(() => tell('resume'), 60);
    } else tell(act);
  };

/** Plays those whose client is killed. */
async function playVictims(port: number, talks: readonly Conversation[]): Promise<void> {
  if (talks.length === 0) return;
  const child = fork(new URL('victim.ts', import.meta.url), { stdio: 'ignore', execArgv: [] });
  const exited = once(child, 'exit');
  child.send({ port, talks });
  await Promise.race([once(child, 'message'), exited]);
  child.kill('SIGKILL');
  await exited;
}

async function play({ talks, graceMs, ...options }: Round): Promise<{ connections: number; differing: string[] }> {
  const wireOptions: Partial<EngineOptions> = { ...options, maxBufferBytes: 200_000 };
  await using wire = await startWire(undefined, wireOptions);
  const { port } = wire;
  await using capture = await startCapture(port);
  const others = talks.filter(({ end }) => end !== 'killed');
  const act = actOn(wire);
  const [sockets] = await Promise.all([
    Promise.all(others.map((talk) => converse(port, talk, act))),
    playVictims(
      port,
      talks.filter(({ end }) => end === 'killed'),
    ),
  ]);
  // What does not stay ends by itself: the longest wait is for the FIN of a peer that we have closed, 1 s.
  await pause(options.idleTimeoutMs === null ? 200 : 700);
  const rows = () => wire.reading().rows;
  await wire.engine.stop(graceMs);
  for (const socket of sockets) socket.destroy();
  const segments = await capture.stop();

  const stories = storiesOf(segments, port);
  const clock = new WallClock();
  const differing: string[] = [];
  await until(() => wire.records().filter(({ kind }) => kind === 'close').length === rows().length, 'all events');
  // Those that were reset before they were accepted have no address.
  const named = new Set(rows().map(({ peer }) => Number(peer.split(':')[1])));
  const unnamed = [...stories].filter(([client]) => !named.has(client));
  const unknown = rows().filter(({ peer }) => peer === 'unknown');
  if (unnamed.length !== unknown.length || unnamed.some(([, { peer }]) => peer.rst === null))
    differing.push(`${unknown.length} without a name, and ${unnamed.length} on the wire`);
  for (const row of rows()) {
    const story = stories.get(Number(row.peer.split(':')[1]));
    const records = wire.records().filter(({ id }) => id === row.id);
    const told: Told = { row, records, calls: wire.calls(row), closedAt: clock.of(row.at.close ?? 0) };
    const found =
      story === undefined
        ? row.peer === 'unknown' && row.how === 'reset'
          ? []
          : ['no such connection on the wire']
        : differences(told, story);
    if (found.length > 0) differing.push([found.join('; '), ...accountOf(told, story)].join('\n  '));
  }
  return { connections: rows().length, differing };
}

/** Both sides of a difference. */
const accountOf = ({ row, closedAt }: Told, story: Story | undefined): readonly string[] => [
  `told, closed at ${closedAt}: ${JSON.stringify(row)}`,
  verdictOf(row) ?? '',
  `wire: ${JSON.stringify(story)}`,
];
