/** What a client knows of one of its connections: the other side of a row. */
export interface ClientConnection {
  readonly transport: 'tcp' | 'udp';
  /** Its own end, `host:port`: the `peer` of the server's events. */
  readonly peer: string;
  /** Bytes handed over, and bytes that came back. */
  sent: number;
  received: number;
  /** It ended with FIN from both sides, all of its echo read; false where the client broke it off. */
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
 * Holds what clients know of their connections against what the server told. A port may come twice in a long run: what is
 * told of it is in the order of its connections.
 */
export class Account {
  readonly #connections = new Map<string, ClientConnection[]>();

  /** A client has come. */
  enter(transport: ClientConnection['transport'], peer: string): ClientConnection {
    const connection = { transport, peer, sent: 0, received: 0, isWhole: false };
    const key = `${transport} ${peer}`;
    const earlier = this.#connections.get(key);
    if (earlier === undefined) this.#connections.set(key, [connection]);
    else earlier.push(connection);
    return connection;
  }

  /** Every connection, those from one port in their order; and an account of such a list, from another thread. */
  get connections(): readonly ClientConnection[] {
    return [...this.#connections.values()].flat();
  }

  static of(connections: readonly ClientConnection[]): Account {
    const account = new Account();
    for (const connection of connections)
      Object.assign(account.enter(connection.transport, connection.peer), connection);
    return account;
  }

  /**
   * Compares, and gives every disagreement in words; at most `most` of them. A connection that was reset before it was
   * accepted has no address any more: it stands for one of those that were broken off and not told of by name.
   */
  settle(closes: readonly Close[], most: number): readonly string[] {
    const wrong: string[] = [];
    const told = Map.groupBy(closes, ({ transport, peer }) => `${transport} ${peer}`);
    const nameless = told.get('tcp unknown')?.length ?? 0;
    told.delete('tcp unknown');
    for (const [key, theirs] of told) {
      const connections = this.#connections.get(key) ?? [];
      if (isTrue(connections, theirs)) continue;
      wrong.push(`${key}: clients say ${JSON.stringify(connections)}, the server says ${JSON.stringify(theirs)}`);
    }
    for (const [key, connections] of this.#connections)
      if (!told.has(key) && !isTrue(connections, [])) wrong.push(`${key}: not told of`);
    const missing = this.connections.length - (closes.length - nameless);
    if (nameless !== missing)
      wrong.push(`${nameless} connections had no address, but ${missing} connections were not told of by name`);
    return wrong.slice(0, most);
  }
}

/** Whether what was told of one port is true of its connections, in their order; one that was broken off may be missing. */
const isTrue = (connections: readonly ClientConnection[], closes: readonly Close[]): boolean => {
  const [connection, ...laterConnections] = connections;
  const [close, ...laterCloses] = closes;
  if (connection === undefined) return close === undefined;
  if (close !== undefined && agree(connection, close) && isTrue(laterConnections, laterCloses)) return true;
  return !connection.isWhole && isTrue(laterConnections, closes);
};

/** What was on its way when a client broke off is counted by nobody, or by the server alone. */
const agree = ({ transport, sent, received, isWhole }: ClientConnection, { bytesIn, bytesOut, how }: Close): boolean =>
  isWhole
    ? bytesIn === sent && bytesOut === received && (transport === 'udp' || how === 'fin')
    : bytesIn <= sent && bytesOut >= received && bytesOut <= bytesIn;
