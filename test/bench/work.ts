import type { Transport } from '../../src/text/endpoint.ts';
import type { Peer, PeerName } from './peer.ts';
import type { Reach } from './reach.ts';
import type { Server } from './server.ts';

/** A figure that comes out of a workload. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** What ours by the peer's is to be. */
  readonly reach: Readonly<Partial<Record<PeerName, Reach>>>;
  /** What ours is to be by itself. */
  readonly own: Reach | null;
}

/** What one round with one peer showed: a figure for each measure, by its name. */
export interface Sample {
  readonly figures: Readonly<Record<string, number>>;
  /** Replies that were lost, altered or never came, and connections that failed. */
  readonly errors: number;
}

/** How much is done. */
export interface Effort {
  /** Rounds that count. */
  readonly rounds: number;
  /**
   * Load before them that does not, s, in whole rounds. V8 compiles what is hot while it runs: a connection of plain Node
   * costs twice as much in the first second as in the fifth, and of ours too.
   */
  readonly warmUpSeconds: number;
  /** Whether it waits until the machine has nothing else to do. */
  readonly waits: boolean;
  /** How long one peer is under load in a round. */
  readonly seconds: number;
  /**
   * Where the load generator is kept, on one after the other from round to round; none: wherever the system puts it. Of two
   * processors of a shared machine one may be half as fast (connections of `bench` to the echo in C: 11,000/s from the one,
   * 5,400 from the other): whoever happened to share it with the generator would lose.
   */
  readonly processors: readonly number[];
  /** Part of the connections that a crowd has: 1, or less where only the ways are to be tried. */
  readonly crowd: number;
}

/** A workload that each peer gets. */
export interface Work {
  /** For the command line. */
  readonly name: string;
  /** For the table. */
  readonly title: string;
  readonly transport: Transport;
  readonly measures: readonly Measure[];
  /** Whether each round needs a server that has done nothing yet. */
  readonly isFresh: boolean;
  /** Why a peer is left out, null where it takes part. */
  without(peer: Peer): string | null;
  /** `processor`: where the generator is kept in this round. */
  measure(server: Server, effort: Effort, processor: number | null): Promise<Sample>;
}
