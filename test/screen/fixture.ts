import type { Entry, Received } from '../../src/model/chat/transcript.ts';
import { type Connection, ConnectionList, type Rate, type Snapshot } from '../../src/model/snapshot.ts';
import type { Feed, View } from '../../src/model/view.ts';
import { rowWith } from '../model/row.ts';

/** Monotonic ms of every fixture. */
export const nowMs = 1_000_000;

/** The clock that tests pass in. */
export const now = () => nowMs;

/** 10:42:07 on the clock of whoever runs the tests. */
const wallMs = new Date(2026, 0, 5, 10, 42, 7).getTime();
export const wallNow = () => wallMs;

type Changes = Partial<Omit<Connection, 'at'>> & { readonly ageMs?: number; readonly at?: Partial<Connection['at']> };

const noEdges = () => null;

/** What a peer said, and what it got, whole. */
export const saying = (said: string, got = ''): Connection['edges'] => {
  const edge = (text: string) => {
    const first = new TextEncoder().encode(text);
    return { length: first.length, first, last: new Uint8Array(0) };
  };
  const edges = { recv: edge(said), send: edge(got) };
  return () => edges;
};

/** An open connection, accepted `ageMs` ago; moments in `at` are ms after that. */
export function connection(id: number, { ageMs = 12_000, at = {}, ...changes }: Changes = {}): Connection {
  const accept = nowMs - ageMs;
  const later = Object.entries(at).map(([moment, ms]) => [moment, ms === null ? null : accept + ms] as const);
  const fields = { slot: id, id, peer: `127.0.0.1:${53000 + id}`, activeAt: nowMs };
  const row = rowWith({ ...fields, at: { accept, ...Object.fromEntries(later) } });
  return { ...row, rate: { in: 0, out: 0 }, openedWallMs: wallMs - ageMs, edges: noEdges, ...changes };
}

const encoder = new TextEncoder();

export const sent = (key: number, text: string, atMs = wallMs): Entry => ({
  kind: 'sent',
  key,
  id: key,
  at: atMs,
  bytes: encoder.encode(text),
  skipped: 0,
});

export const received = (key: number, text: string, roundTripMs: number | null, atMs = wallMs): Received => ({
  kind: 'received',
  key,
  at: atMs,
  bytes: encoder.encode(text),
  skipped: 0,
  to: key - 1,
  roundTripMs,
  differsAt: null,
  differsWithin: 1,
  missing: 0,
});

export const note = (key: number, text: string, tone: 'info' | 'error' = 'info'): Entry => ({
  kind: 'note',
  key,
  at: wallMs,
  text,
  tone,
  count: 1,
});

export function snapshot(connections: readonly Connection[], changes: Partial<Snapshot> = {}): Snapshot {
  const open = connections.filter(({ how }) => how === null).length;
  const served = connections.length;
  return {
    at: nowMs,
    connections: ConnectionList.of(connections),
    totals: { open, served, refused: 0, bytesIn: 0, bytesOut: 0 },
    rate: { in: 0, out: 0 },
    discipline: 'chunk',
    ...changes,
  };
}

/** A console that nobody has connected to. */
export const quiet: View = {
  snapshot: snapshot([]),
  endpoints: [{ transport: 'tcp', host: '127.0.0.1', port: 8080 }],
  notice: null,
  failure: null,
  refusal: null,
  task: null,
  client: {
    status: 'offline',
    endpoint: { transport: 'tcp', host: '127.0.0.1', port: 8080 },
    local: null,
    compares: false,
    failures: 0,
  },
  transcript: [],
  detail: null,
  talk: [],
};

/** The embedded client, a busy peer, one that half-closed, one that does not read, and two that are gone. */
export const busy: View = {
  ...quiet,
  snapshot: snapshot(
    [
      connection(14, {
        bytesIn: 65_536,
        bytesOut: 4_096,
        reads: 1,
        stalled: true,
        edges: saying('PUT /log HTTP/1.1\r\n'),
        at: { recv: 0.4, send: 0.5 },
      }),
      connection(13, {
        bytesIn: 1_234_567,
        bytesOut: 1_234_567,
        reads: 84,
        writes: 84,
        rate: { in: 1_210_000, out: 1_210_000 },
        at: { recv: 0.4, send: 0.52 },
      }),
      connection(12, {
        ageMs: 40_000,
        state: 'CLOSE_WAIT',
        bytesIn: 12,
        edges: saying('안녕 \x1b[2J'),
        reads: 1,
        at: { recv: 0.4, finReceived: 1_200 },
      }),
      connection(11, { ageMs: 123_000, bytesIn: 22, bytesOut: 22, reads: 3, writes: 3, at: { recv: 5, send: 5.1 } }),
      connection(10, {
        ageMs: 300_000,
        state: 'CLOSED',
        how: 'fin',
        ourEnd: 'acknowledged',
        bytesIn: 5,
        bytesOut: 5,
        reads: 1,
        writes: 1,
        at: { recv: 0.3, send: 0.4, finReceived: 2_100, finSent: 2_100.2, close: 2_100.4 },
      }),
      connection(9, {
        ageMs: 400_000,
        peer: '[2001:db8::dead:beef]:40001',
        state: 'CLOSED',
        how: 'reset',
        error: 'ECONNRESET',
        bytesIn: 900,
        edges: saying('QUIT\r\n'),
        bytesOut: 450,
        at: { recv: 0.3, close: 62_000 },
      }),
    ],
    {
      totals: { open: 4, served: 14, refused: 0, bytesIn: 1_301_042, bytesOut: 1_239_140 },
      rate: { in: 1_210_000, out: 1_210_000 },
    },
  ),
  client: { ...quiet.client, status: 'online', compares: true, local: '127.0.0.1:53011' },
  transcript: [
    note(1, 'connected to 127.0.0.1:8080'),
    sent(2, 'hello'),
    received(3, 'hello', 0.21),
    sent(4, '안녕하세요 👋 세상', wallMs + 24_000),
    received(5, '안녕하세요 👋 세상', 0.19, wallMs + 24_000),
    sent(6, 'A longer message, which has to go on below its own beginning, not below the time.', wallMs + 60_000),
    received(
      7,
      'A longer message, which has to go on below its own beginning, not below the time.',
      1.4,
      wallMs + 60_000,
    ),
  ],
};

/** A feed that shows what it is told to. */
export interface FakeFeed extends Feed {
  /** Shows another view and tells whoever listens. */
  readonly show: (view: View) => void;
}

export function fakeFeed(first: View, history: readonly Rate[] = []): FakeFeed {
  const listeners = new Set<() => void>();
  let view = first;
  return {
    view: () => view,
    history: () => history,
    freeze: () => ({ snapshot: view.snapshot, history: () => history }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show: (next) => {
      view = next;
      for (const listener of listeners) listener();
    },
  };
}

/** A minute of traffic that rises, falls and stops. */
export const minute: readonly Rate[] = Array.from({ length: 60 }, (_, second) => {
  const level = Math.max(0, Math.round(600_000 * (1 + Math.sin(second / 5)) - (second > 50 ? 900_000 : 0)));
  return { in: level, out: Math.round(level / 2) };
});
