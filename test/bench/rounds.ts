import { becomesQuiet, moveToCore, type Pinning, type Placement } from './machine.ts';
import type { Peer } from './peers.ts';
import { type Measure, type Pair, type Pairing, type Round, ratioOfRound, type Sample } from './ratios.ts';
import { type Server, startServer } from './server.ts';
import type { Effort } from './settings.ts';
import type { Workload } from './workloads.ts';

/** What `runRounds` needs beside the workload and the servers. */
export interface Conditions {
  readonly effort: Effort;
  readonly pinning: Pinning;
  /** Takes what happens on the way: for a person to read. */
  readonly tell: (line: string) => void;
  /** Once it is aborted, what there is is the result. */
  readonly over: AbortSignal;
}

/**
 * Gives a workload to ours and to each peer in short slices, in pairs that follow each other at once: the speed of a virtual
 * machine changes by a half within seconds, and what both sides of a pair meet drops out of their ratio. Who is first changes
 * from pair to pair, and server and load change cores.
 */
export const runRounds = async (
  workload: Workload,
  ours: Peer,
  peers: readonly Peer[],
  { effort, pinning, tell, over }: Conditions,
): Promise<readonly Pairing[]> => {
  await using servers = new Servers(workload);
  const cut = new Promise<null>((resolve) => over.addEventListener('abort', () => resolve(null), { once: true }));
  const slice = (peer: Peer, placement: Placement | null, seconds: number): Promise<Sample | null> => {
    if (over.aborted) return cut;
    const sample = servers.measure(peer, placement, { ...effort, seconds }).catch((error: unknown) => {
      tell(`${workload.name}: ${peer.name}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    });
    return Promise.race([sample, cut]);
  };
  // Memory depends on no core, and a new server for each pair takes long.
  const placements = workload.isFresh ? pinning.placements.slice(0, 1) : pinning.placements;
  const rounds = workload.isFresh ? 1 : effort.rounds;
  const pairings = peers.map((peer) => ({ peer, rounds: [] as Round[] }));

  if (!workload.isFresh && effort.warmUpSeconds > 0)
    for (const peer of [ours, ...peers]) await slice(peer, placements[0] ?? null, effort.warmUpSeconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const pairing of round % 2 === 0 ? pairings : pairings.toReversed()) {
      if (over.aborted) break;
      const quiet = !effort.waits || (await becomesQuiet());
      const pairs = await takePairs(ours, pairing.peer, round, placements, (peer, placement) =>
        slice(peer, placement, effort.seconds / placements.length),
      );
      if (over.aborted) break;
      pairing.rounds.push({ pairs, quiet });
      tell(`${workload.name} ${round + 1}/${rounds} ${pairing.peer.name}: ${inWords(workload.measures, { pairs })}`);
    }
  }
  return pairings;
};

/** A pair of slices for each placement of a round; in every other one the other side is first. */
export const takePairs = async <T>(
  ours: T,
  theirs: T,
  round: number,
  placements: readonly (Placement | null)[],
  slice: (server: T, placement: Placement | null) => Promise<Sample | null>,
): Promise<readonly Pair[]> => {
  const pairs: Pair[] = [];
  for (const [at, placement] of placements.entries()) {
    if ((round + at) % 2 === 0) {
      const first = await slice(ours, placement);
      pairs.push({ ours: first, theirs: await slice(theirs, placement) });
    } else {
      const first = await slice(theirs, placement);
      pairs.push({ ours: await slice(ours, placement), theirs: first });
    }
  }
  return pairs;
};

const inWords = (measures: readonly Measure[], round: Pick<Round, 'pairs'>): string =>
  measures.map(({ name }) => `${name} × ${ratioOfRound(name, round)?.toPrecision(3) ?? '?'}`).join(', ');

/** The servers of one workload: each is started when its turn comes, and again where it failed. */
class Servers implements AsyncDisposable {
  readonly #workload: Workload;
  readonly #running = new Map<Peer, Server>();

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  async measure(peer: Peer, placement: Placement | null, effort: Effort): Promise<Sample> {
    try {
      const server = this.#running.get(peer) ?? (await this.#start(peer));
      if (placement !== null) moveToCore(placement.server, server.child.pid);
      const core = this.#workload.isOnOneCore ? placement?.server : placement?.load;
      return await this.#workload.measure(server, effort, core ?? null);
    } catch (error) {
      await this.#stop(peer);
      throw error;
    } finally {
      if (this.#workload.isFresh) await this.#stop(peer);
    }
  }

  async #start(peer: Peer): Promise<Server> {
    const { transport } = this.#workload;
    const command = peer[transport];
    if (command === null) throw new Error(`${peer.name} has no ${transport}`);
    const server = await startServer(transport, command);
    this.#running.set(peer, server);
    return server;
  }

  async #stop(peer: Peer): Promise<void> {
    const server = this.#running.get(peer);
    this.#running.delete(peer);
    await server?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server[Symbol.asyncDispose]()));
  }
}
