import { monotonicMs } from '../../memory/clock.ts';
import type { Note } from '../../memory/journal/note.ts';
import type { Totals } from '../../memory/ledger/row.ts';
import { type Endpoint, formatEndpoint, isStream } from '../../text/endpoint.ts';
import { codeOf, explain, type Fault } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';
import { CharacterJoiner, type Encoding, encoder } from './payload.ts';

/**
 * An event of `serve`. Scripts get all of its fields (see format.ts), so a field of a note is one of its event as well.
 * `peer` and `local` are `host:port`, an endpoint is `tcp://host:port`, bytes are application bytes, `at` is monotonic ms.
 */
export type ServeEvent =
  | Exclude<Note, { type: 'data' | 'message' }>
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

/** Makes events of the journal's notes, one at a time, and their payload text piece by piece as the output takes it. */
export class NoteEvents {
  readonly #encode: (bytes: Uint8Array) => Iterable<string>;
  readonly #joiner: CharacterJoiner | null;

  /** `ascii`: the text is for a terminal that reads nothing else. */
  constructor(encoding: Encoding, ascii = false) {
    this.#encode = encoder(encoding, ascii);
    this.#joiner = encoding === 'text' ? new CharacterJoiner() : null;
  }

  /** `dropped` notes are missing behind these. */
  *eventsOf(notes: readonly Note[], dropped: number): Generator<ServeEvent> {
    for (const note of notes) {
      switch (note.type) {
        case 'data':
          yield* this.#data(note);
          break;
        case 'half-close':
          // Checked here: where nothing is joined, an empty generator would take longer than the event.
          if (this.#joiner !== null && note.by === 'peer') yield* this.#rest(note.at, note.id);
          yield note;
          break;
        case 'close':
          if (this.#joiner !== null) yield* this.#rest(note.at, note.id);
          yield note;
          break;
        case 'open':
        case 'refused':
          yield note;
          break;
        case 'message':
          break;
        default:
          note satisfies never;
      }
    }
    const at = notes.at(-1)?.at;
    // What follows a gap does not belong to what was before it.
    if (dropped > 0 && at !== undefined) for (const id of this.#joiner?.waiting() ?? []) yield* this.#rest(at, id);
  }

  *#data(note: Extract<Note, { type: 'data' }>): Generator<ServeEvent> {
    const bytes = this.#joiner?.join(note) ?? note.bytes;
    // A datagram may be empty. Of a stream nothing is left where all of it waits for the rest of a character.
    if (bytes.length > 0 || !isStream(note.transport))
      yield { type: 'data', at: note.at, id: note.id, data: this.#encode(bytes) };
  }

  *#rest(at: number, id: number): Generator<ServeEvent> {
    const bytes = this.#joiner?.rest(id);
    if (bytes !== undefined) yield { type: 'data', at, id, data: this.#encode(bytes) };
  }
}
