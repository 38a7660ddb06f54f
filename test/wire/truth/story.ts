import type { Segment } from '../../support/net/pcap.ts';

/** What one end of a connection has put on the wire. */
export interface Side {
  /** Bytes of payload, each once, and those of them that the other end has acknowledged. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Place of its first FIN and RST among all segments, and the wall-clock time, ms; null where there is none. */
  readonly fin: Moment | null;
  readonly rst: Moment | null;
  /** The other end's first segment that acknowledges the FIN. RST does not count. */
  readonly finAcknowledged: Moment | null;
}

export interface Moment {
  readonly place: number;
  readonly at: number;
}

/** One connection as the wire carried it. */
export interface Story {
  readonly peer: Side;
  readonly us: Side;
}

type Mutable = { -readonly [key in keyof Side]: Side[key] } & { first: number; finSeq: number | null };

const newSide = (): Mutable => ({
  ...{ sent: 0, acknowledged: 0, fin: null, rst: null, finAcknowledged: null, first: -1, finSeq: null },
});

/** The connections of a port by their clients' ports. */
export const storiesOf = (segments: readonly Segment[], port: number): ReadonlyMap<number, Story> => {
  const stories = new Map<number, { peer: Mutable; us: Mutable }>();
  for (const [place, segment] of segments.entries()) {
    const isOurs = segment.from === port;
    const client = isOurs ? segment.to : segment.from;
    const story = stories.get(client) ?? { peer: newSide(), us: newSide() };
    stories.set(client, story);
    const [side, other] = isOurs ? [story.us, story.peer] : [story.peer, story.us];
    const { flags, seq, length, at } = segment;
    if (flags.syn) {
      if (side.first !== -1 && side.first !== seq) throw new Error(`port ${client} was used twice`);
      side.first = seq;
      continue;
    }
    const offset = (seq - side.first - 1) >>> 0;
    if (length > 0) side.sent = Math.max(side.sent, offset + length);
    // What still comes for a connection that is over, or that we have closed, the system answers with RST by itself, which
    // has no ACK (RFC 9293, 3.10.7.1). Of the peer that is what ends the connection for us.
    const isOver = other.rst !== null || (side.finAcknowledged !== null && other.finAcknowledged !== null);
    if (flags.rst && !isOver && (!isOurs || flags.ack)) side.rst ??= { place, at };
    if (!flags.rst && flags.ack && other.first !== -1) {
      const taken = (segment.ack - other.first - 1) >>> 0;
      other.acknowledged = Math.max(other.acknowledged, Math.min(taken, other.sent));
      if (other.finSeq !== null && taken > other.finSeq) other.finAcknowledged ??= { place, at };
    }
    if (flags.fin) {
      side.finSeq = offset + length;
      side.fin ??= { place, at };
    }
  }
  return stories;
};
