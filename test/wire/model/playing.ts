import fc from 'fast-check';
import type { EngineOptions } from '../../../src/engine/engine.ts';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import { startWire, type Wire } from '../../support/net/wire.ts';
import { deniedHost } from './peers.ts';
import { type Kind, type Limits, programs } from './program.ts';
import { hasten } from './quiet.ts';
import { Run, type TestServer } from './run.ts';
import type { Step } from './step.ts';

const endpoints: readonly Endpoint[] = (['tcp', 'udp'] as const).flatMap((transport) =>
  ['127.0.0.1', '::1'].map((host) => ({ transport, host, port: 0 })),
);

/** A server, and the programs that it is to be played with. */
export interface Plan {
  readonly kind: Kind;
  readonly limits: Limits;
  readonly options: Partial<EngineOptions>;
  readonly runs: number;
}

/** Which programs: `ECHOSCOPE_SEED`, and `ECHOSCOPE_PATH` for the one of them that failed; a new seed where none is named. */
const seed = Number(process.env.ECHOSCOPE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const replayPath = process.env.ECHOSCOPE_PATH;
/** How many times as many programs as a plan says, `ECHOSCOPE_RUNS`. */
const times = Number(process.env.ECHOSCOPE_RUNS ?? 1);

/** After a failure, how long a shorter program that fails too is looked for, ms. */
const shrinkingMs = 60_000;

async function open({ limits, options }: Plan): Promise<{ readonly wire: Wire; readonly server: TestServer }> {
  const { maxConnections, maxBufferBytes, idleTimeoutMs } = limits;
  const wire = await startWire(endpoints, {
    maxConnections,
    maxBufferBytes,
    idleTimeoutMs,
    deny: [deniedHost],
    ...options,
  });
  const port: TestServer['port'] = (transport, origin) =>
    wire.endpoints.find((each) => each.transport === transport && each.host.includes(':') === (origin === '::1'))
      ?.port ?? 0;
  return { wire, server: { engine: wire.engine, limits, port } };
}

/** Plays the programs of a plan. Rejects with the shortest story that was found to go wrong, and how to play it again. Resolves to how many were played to the end. */
export async function playAll(plan: Plan): Promise<number> {
  let { wire, server } = await open(plan);
  const failures: Failure[] = [];
  const crashes: Error[] = [];
  let failedAt: number | null = null;
  let steps = 0;
  let overtaken = 0;
  /** Whatever a program left behind is not the next one's fault. */
  const reopen = async (): Promise<void> => {
    crashes.push(...wire.crashes);
    await wire.engine.stop(0);
    ({ wire, server } = await open(plan));
  };
  const property = fc.asyncProperty(programs(plan.kind), async (program: readonly Step[]) => {
    // So long after a failure every shorter program is taken for a good one: that ends the search.
    if (failedAt !== null && performance.now() - failedAt > shrinkingMs) return;
    const run = new Run(server);
    try {
      const isPlayed = await run.play(program);
      steps += run.story.length;
      if (isPlayed) return;
      overtaken += 1;
      await reopen();
    } catch (error) {
      if (failedAt === null) hasten();
      failedAt ??= performance.now();
      failures.push({ story: run.story, error });
      await reopen();
      throw error;
    }
  });
  const started = performance.now();
  try {
    const result = await fc.check(property, {
      seed,
      numRuns: plan.runs * times,
      ...(replayPath === undefined ? {} : { path: replayPath }),
    });
    if (result.failed) throw tellingError(result.counterexamplePath, failures, crashes);
    if (process.env.ECHOSCOPE_RUNS !== undefined)
      console.log(
        `${result.numRuns} programs (${overtaken} overtaken by the idle timeout), ${steps} steps, ${Math.round(performance.now() - started)} ms, seed ${seed}`,
      );
    return result.numRuns - overtaken;
  } finally {
    await wire.engine.stop(0);
  }
}

interface Failure {
  readonly story: readonly string[];
  readonly error: unknown;
}

const why = (failure: Failure | undefined): string =>
  failure?.error instanceof Error ? failure.error.message : String(failure?.error);

/** The shortest program that failed is the last one that did. */
function tellingError(path: string | null, failures: readonly Failure[], crashes: readonly Error[]): Error {
  const [first, shortest] = [failures[0], failures.at(-1)];
  const lines = [
    why(shortest),
    'in this program:',
    ...(shortest?.story ?? []).map((sentence) => `  ${sentence}`),
    ...(why(first) === why(shortest) ? [] : [`the first that failed had ${first?.story.length} steps: ${why(first)}`]),
    ...crashes.map(({ stack }) => `the wire crashed: ${stack}`),
    `play it again with ECHOSCOPE_SEED=${seed} ECHOSCOPE_PATH=${path}`,
  ];
  return new Error(lines.join('\n'), { cause: shortest?.error });
}
