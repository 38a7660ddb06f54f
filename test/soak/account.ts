/** What a guest knows of one of its connections: the other side of a row. */
export interface Visit {
  readonly transport: 'tcp' | 'udp';
  /** Its own end, `host:port`: the `peer` of the server's events. */
  readonly peer: string;
  /** Bytes handed over, and bytes that came back. */
  sent: number;
  received: number;
  /** It ended with FIN from both sides, all of its echo read; false where the guest broke it off. */
  isWhole: boolean;
}

/** The fields of a `close` event that are compared. */
export interface Close {
  readonly transport: string;
  readonly peer: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly how: string;
}

/**
 * Holds what guests know of their connections against what the server told. A port may come twice in a long run: what is
 * told of it is in the order of its visits.
 */
export class Account {
  readonly #visits = new Map<string, Visit[]>();

  /** A guest has come. */
  enter(transport: Visit['transport'], peer: string): Visit {
    const visit = { transport, peer, sent: 0, received: 0, isWhole: false };
    const key = `${transport} ${peer}`;
    const earlier = this.#visits.get(key);
    if (earlier === undefined) this.#visits.set(key, [visit]);
    else earlier.push(visit);
    return visit;
  }

  /** Every visit, those from one port in their order; and an account of such a list, from another thread. */
  get visits(): readonly Visit[] {
    return [...this.#visits.values()].flat();
  }

  static of(visits: readonly Visit[]): Account {
    const account = new Account();
    for (const visit of visits) Object.assign(account.enter(visit.transport, visit.peer), visit);
    return account;
  }

  /**
   * Compares, and gives every disagreement in words; at most `most` of them. A connection that was reset before it was
   * accepted has no address any more: it stands for one of those that were broken off and not told of by name.
   */
  settle(closes: readonly Close[], most: number): readonly string[] {
    const wrong: string[] = [];
    const told = Map.groupBy(closes, ({ transport, peer }) => `${transport} ${peer}`);
    const nameless = told.get('tcp ?:0')?.length ?? 0;
    told.delete('tcp ?:0');
    for (const [key, theirs] of told) {
      const visits = this.#visits.get(key) ?? [];
      if (isTrue(visits, theirs)) continue;
      wrong.push(`${key}: guests say ${JSON.stringify(visits)}, the server says ${JSON.stringify(theirs)}`);
    }
    for (const [key, visits] of this.#visits)
      if (!told.has(key) && !isTrue(visits, [])) wrong.push(`${key}: not told of`);
    const missing = this.visits.length - (closes.length - nameless);
    if (nameless !== missing)
      wrong.push(`${nameless} connections had no address, but ${missing} visits were not told of by name`);
    return wrong.slice(0, most);
  }
}

/** Whether what was told of one port is true of its visits, in their order; one that was broken off may be missing. */
const isTrue = (visits: readonly Visit[], closes: readonly Close[]): boolean => {
  const [visit, ...laterVisits] = visits;
  const [close, ...laterCloses] = closes;
  if (visit === undefined) return close === undefined;
  if (close !== undefined && agree(visit, close) && isTrue(laterVisits, laterCloses)) return true;
  return !visit.isWhole && isTrue(laterVisits, closes);
};

/** What was on its way when a guest broke off is counted by nobody, or by the server alone. */
const agree = ({ transport, sent, received, isWhole }: Visit, { bytesIn, bytesOut, how }: Close): boolean =>
  isWhole
    ? bytesIn === sent && bytesOut === received && (transport === 'udp' || how === 'fin')
    : bytesIn <= sent && bytesOut >= received && bytesOut <= bytesIn;
