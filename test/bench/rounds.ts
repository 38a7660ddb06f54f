import type { Peer, PeerName } from './peer.ts';
import { becomesQuiet } from './quiet.ts';
import { type Server, startServer } from './server.ts';
import type { Effort, Sample, Work } from './work.ts';

/** A sample, and whether the machine had nothing else to do when it began. */
export interface Taken extends Sample {
  readonly quiet: boolean;
}

/** What the rounds of one workload showed of one peer: a sample for each, null where it failed. */
export interface Series {
  readonly peer: Peer;
  readonly samples: readonly (Taken | null)[];
}

/** Takes what happens on the way: for a person to read. */
export type Tell = (line: string) => void;

/**
 * Gives a workload to each peer in turn, and that round after round, so that whatever else the machine does meanwhile
 * meets all of them. Each second round goes the other way, so that nobody always comes behind the same one. Once `over` is
 * aborted it resolves to what there is.
 */
export const runRounds = async (
  work: Work,
  peers: readonly Peer[],
  effort: Effort,
  tell: Tell,
  over: AbortSignal,
): Promise<readonly Series[]> => {
  const samples = new Map<PeerName, (Taken | null)[]>(peers.map(({ name }) => [name, []]));
  await using servers = new Servers(work);
  const cut = new Promise<null>((resolve) => over.addEventListener('abort', () => resolve(null), { once: true }));
  const before = work.isFresh ? 0 : Math.ceil(effort.warmUpSeconds / effort.seconds);
  for (let round = -before; round < effort.rounds; round += 1) {
    const processor = effort.processors.at(round % effort.processors.length) ?? null;
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      if (over.aborted) break;
      const taking = attempt(work, servers, peer, effort, processor).catch((error: unknown) => {
        tell(`${work.name}: ${peer.name}: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      });
      const sample = await Promise.race([taking, cut]);
      if (round < 0 || over.aborted) continue;
      samples.get(peer.name)?.push(sample);
      if (sample !== null) tell(`${work.name} ${round + 1}/${effort.rounds} ${peer.name}: ${said(sample)}`);
    }
  }
  return peers.map((peer) => ({ peer, samples: samples.get(peer.name) ?? [] }));
};

const attempt = async (
  work: Work,
  servers: Servers,
  peer: Peer,
  effort: Effort,
  processor: number | null,
): Promise<Taken> => {
  try {
    const server = await servers.of(peer);
    const quiet = !effort.waits || (await becomesQuiet());
    return { ...(await work.measure(server, effort, processor)), quiet };
  } catch (error) {
    await servers.stop(peer);
    throw error;
  } finally {
    if (work.isFresh) await servers.stop(peer);
  }
};

const said = ({ figures, errors }: Sample): string =>
  [...Object.entries(figures).map(([name, figure]) => `${name} ${figure.toPrecision(4)}`), `errors ${errors}`].join(
    ', ',
  );

/** The servers of one workload: each is started when its turn comes, and again where it failed. */
class Servers implements AsyncDisposable {
  readonly #work: Work;
  readonly #running = new Map<PeerName, Server>();

  constructor(work: Work) {
    this.#work = work;
  }

  async of(peer: Peer): Promise<Server> {
    const running = this.#running.get(peer.name);
    if (running !== undefined) return running;
    const { transport } = this.#work;
    const command = peer[transport];
    if (command === null) throw new Error(`${peer.name} has no ${transport}`);
    const server = await startServer(transport, command);
    this.#running.set(peer.name, server);
    return server;
  }

  async stop({ name }: Peer): Promise<void> {
    const server = this.#running.get(name);
    this.#running.delete(name);
    await server?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server[Symbol.asyncDispose]()));
  }
}
