import { monotonicMs } from '../../memory/clock.ts';
import type { Totals } from '../../memory/ledger/row.ts';
import type { Outcome } from '../../memory/ledger/slot-memory.ts';
import type { DataRecord, Host, Kind, Missed, Refusal, Side, WireRecord } from '../../memory/recorder/record.ts';
import { type Endpoint, formatEndpoint, hostPort, isStream, type Transport } from '../../text/endpoint.ts';
import { codeOf, explain, type Fault } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';
import { CharacterJoiner, type Encoding, encoder } from './payload.ts';

/**
 * An event of `serve`. Scripts get all of its fields (see format.ts). `peer` and `local` are `host:port`, an endpoint is
 * `tcp://host:port`, bytes are application bytes, `at` is monotonic ms.
 */
export type ServeEvent =
  | {
      readonly type: 'open';
      readonly at: number;
      readonly id: number;
      readonly transport: Transport;
      readonly peer: string;
      readonly local: string;
    }
  | { readonly type: 'half-close'; readonly at: number; readonly id: number; readonly by: Side }
  /** `ms`: from accept to close. */
  | ({
      readonly type: 'close';
      readonly at: number;
      readonly id: number;
      readonly transport: Transport;
      readonly peer: string;
    } & Outcome)
  | { readonly type: 'refused'; readonly at: number; readonly peer: string; readonly why: Refusal }
  /** What a peer sent, as `--data` asks for it: one text, in pieces that can be read once. */
  | { readonly type: 'data'; readonly at: number; readonly id: number; readonly data: Iterable<string> }
  /** Connecting there works from now on; `endpoint` has the real port. */
  | { readonly type: 'listening'; readonly at: number; readonly endpoint: string }
  | ({ readonly type: 'stats' | 'stopped'; readonly at: number } & Totals)
  /** A call failed. `message` is one line for people. */
  | {
      readonly type: 'error';
      readonly at: number;
      readonly stage: Fault['stage'];
      readonly code: string;
      readonly message: string;
      readonly endpoint: string;
      /** Datagrams that the kernel dropped since the last such event, where it is about these. */
      readonly dropped?: number;
    };

export const listeningEvent = (endpoint: Endpoint): ServeEvent => ({
  type: 'listening',
  at: monotonicMs(),
  endpoint: formatEndpoint(endpoint),
});

export const faultEvent = (fault: Fault): ServeEvent => ({
  type: 'error',
  at: monotonicMs(),
  stage: fault.stage,
  code: fault.code,
  message: explain(fault),
  endpoint: formatEndpoint(fault.endpoint),
  ...(fault.cause === 'receive-buffer' && fault.count !== undefined ? { dropped: fault.count } : {}),
});

/**
 * The thread of the sockets has failed: for each listener the call that it would have made next. `code` is Node's own
 * (`ERR_WORKER_OUT_OF_MEMORY`), `UNKNOWN` where it gives none.
 */
export const wireFailureEvents = (error: Error, endpoints: readonly Endpoint[]): readonly ServeEvent[] =>
  endpoints.map((endpoint) => ({
    type: 'error',
    at: monotonicMs(),
    stage: isStream(endpoint.transport) ? 'accept' : 'recv',
    code: codeOf(error),
    message: printable(`the wire thread failed: ${error.message}`),
    endpoint: formatEndpoint(endpoint),
  }));

export const totalsEvent = (
  type: 'stats' | 'stopped',
  { open, served, refused, bytesIn, bytesOut }: Totals,
): ServeEvent => ({ type, at: monotonicMs(), open, served, refused, bytesIn, bytesOut });

const eventKinds: readonly Kind[] = ['open', 'fin', 'close', 'refused'];

/** The kinds of records that events are made of. */
export const kindsFor = (data: Encoding): readonly Kind[] =>
  data === 'none' ? eventKinds : [...eventKinds, 'recv', 'discipline'];

/** Bytes that `eof` holds back until the peer's FIN, of all connections together; beyond them data goes out as it comes. */
const maxHeld = 64 << 20;

type Received = Extract<WireRecord, DataRecord>;

/** Makes events of records, one at a time, and their payload text piece by piece as the output takes it. */
export class RecordEvents {
  readonly #encode: (bytes: Uint8Array) => Iterable<string>;
  readonly #joiner: CharacterJoiner | null;
  readonly #hasData: boolean;
  /** What connections under `eof` have sent so far: it is one message. */
  readonly #held = new Map<number, Uint8Array[]>();
  #heldBytes = 0;

  /** `ascii`: the text is for a terminal that reads nothing else. */
  constructor(encoding: Encoding, ascii = false) {
    this.#encode = encoder(encoding, ascii);
    this.#joiner = encoding === 'text' ? new CharacterJoiner() : null;
    this.#hasData = encoding !== 'none';
  }

  /** `missed` lies before these records. */
  *eventsOf(records: readonly WireRecord[], missed: Missed): Generator<ServeEvent> {
    const [first] = records;
    // What follows a gap does not belong to what was before it.
    if (missed.recv > 0 && first !== undefined)
      for (const id of this.#joiner?.waiting() ?? []) yield* this.#rest(first.at, id);
    for (const record of records) {
      const { at, id, transport } = record;
      switch (record.kind) {
        case 'open':
          if (this.#hasData && record.discipline === 'eof' && isStream(transport)) this.#held.set(id, []);
          yield { type: 'open', at, id, transport, peer: nameOf(record.peer), local: nameOf(record.local) };
          break;
        case 'recv':
          yield* this.#received(record);
          break;
        case 'discipline':
          if (record.discipline !== 'eof') yield* this.#release(at, id, transport);
          else if (isStream(transport) && !this.#held.has(id)) this.#held.set(id, []);
          break;
        case 'fin':
          if (record.by === 'peer') {
            if (this.#held.size > 0) yield* this.#release(at, id, transport);
            // Checked here: where nothing is joined, an empty generator would take longer than the event.
            if (this.#joiner !== null) yield* this.#rest(at, id);
          }
          yield { type: 'half-close', at, id, by: record.by };
          break;
        case 'close': {
          if (this.#held.size > 0) yield* this.#release(at, id, transport);
          if (this.#joiner !== null) yield* this.#rest(at, id);
          const { ms, how, error, bytesIn, bytesOut, reads, writes } = record;
          const peer = nameOf(record.peer);
          yield { type: 'close', at, id, transport, peer, bytesIn, bytesOut, reads, writes, ms, how, error };
          break;
        }
        case 'refused':
          yield { type: 'refused', at, peer: nameOf(record.peer), why: record.why };
          break;
        default:
      }
    }
  }

  *#received(record: Received): Generator<ServeEvent> {
    const held = this.#held.get(record.id);
    if (record.bytes.length < record.length && held === undefined) {
      // What follows what is left out does not belong to it.
      if (record.bytes.length > 0) yield* this.#data(record);
      yield* this.#rest(record.at, record.id);
      return;
    }
    if (held === undefined || this.#heldBytes + record.bytes.length > maxHeld) {
      if (held !== undefined) yield* this.#release(record.at, record.id, record.transport);
      yield* this.#data(record);
      return;
    }
    held.push(record.bytes);
    this.#heldBytes += record.bytes.length;
  }

  /** What a connection under `eof` has sent: its message is whole, or is not waited for any more. */
  *#release(at: number, id: number, transport: Transport): Generator<ServeEvent> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    const bytes = Buffer.concat(held);
    this.#heldBytes -= bytes.length;
    yield* this.#data({ at, id, transport, bytes });
  }

  *#data(piece: Pick<Received, 'at' | 'id' | 'transport' | 'bytes'>): Generator<ServeEvent> {
    const bytes = this.#joiner?.join(piece) ?? piece.bytes;
    // A datagram may be empty. Of a stream nothing is left where all of it waits for the rest of a character.
    if (bytes.length > 0 || !isStream(piece.transport))
      yield { type: 'data', at: piece.at, id: piece.id, data: this.#encode(bytes) };
  }

  *#rest(at: number, id: number): Generator<ServeEvent> {
    const bytes = this.#joiner?.rest(id);
    if (bytes !== undefined) yield { type: 'data', at, id, data: this.#encode(bytes) };
  }
}

const nameOf = ({ host, port }: Host): string => hostPort(host, port);
