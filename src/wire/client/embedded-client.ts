import type { ClientCommand, ClientEvent, Mismatch } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { LedgerWriter } from '../../memory/ledger/writer.ts';
import type { Endpoint } from '../../text/endpoint.ts';
import { type Difference, EchoCheck } from './echo-check.ts';
import type { Link, LinkEvents } from './link.ts';
import { LinkLedger } from './link-ledger.ts';
import { TcpLink } from './tcp-link.ts';
import { UdpLink } from './udp-link.ts';

/** What there is to tell of the answer: bytes since it was told last, and where it is not what was sent. */
export interface LongAnswer {
  readonly skipped: number;
  readonly differs: Mismatch | null;
}

/**
 * A message that is too long to be kept, and goes in parts. Its answer is held against it as both stream by; what is
 * told are counts, when it is whole and when the first byte differs.
 */
class LongMessage {
  readonly id: number;
  readonly #check = new EchoCheck();
  #untold = 0;
  #isFlawed = false;

  constructor(id: number) {
    this.id = id;
  }

  /** To be told before the bytes are on the wire. */
  sent(bytes: Uint8Array): void {
    this.#check.sent(bytes);
  }

  /** Null where there is nothing to tell yet. */
  received(bytes: Uint8Array, isWhole: boolean): LongAnswer | null {
    this.#untold += bytes.length;
    this.#check.received(bytes);
    const difference = isWhole ? this.#check.finish() : this.#check.difference;
    if (!isWhole && (difference === null || this.#isFlawed)) return null;
    this.#isFlawed = difference !== null;
    const skipped = this.#untold;
    this.#untold = 0;
    return { skipped, differs: placeOf(difference) };
  }
}

const placeOf = (difference: Difference | null): Mismatch | null => {
  switch (difference?.type) {
    case 'byte':
    case 'early':
      return { at: difference.offset, within: 1 };
    case 'block':
      return { at: difference.from, within: difference.to - difference.from };
    default:
      // An answer is as long as its message: what comes beyond it answers another, or none.
      return null;
  }
};

/** Bytes of answers that may be on their way to the main thread; what comes beyond is counted and left out. */
const windowBytes = 256 * 1024;
/** What one event costs of the window beside its bytes, so that many small ones are bounded too. */
const eventCost = 64;

/** The embedded client: one link at a time, to any endpoint, and what comes of it as events. */
export class EmbeddedClient {
  readonly #post: (event: ClientEvent) => void;
  readonly #ledger: LedgerWriter;
  #link: Link | null = null;
  #leave: (() => void) | null = null;
  /** The message that goes in parts. */
  #long = new LongMessage(0);
  #inFlight = 0;
  #skipped = 0;

  /** Its calls are counted into `ledger`, a slot for each link. */
  constructor(post: (event: ClientEvent) => void, ledger: LedgerWriter) {
    this.#post = post;
    this.#ledger = ledger;
  }

  run(command: ClientCommand): void {
    switch (command.type) {
      case 'connect':
        this.#connect(command.endpoint);
        return;
      case 'send':
        this.#send(command.id, command.bytes);
        return;
      case 'part':
        this.#sendPart(command.id, command.bytes, command.last);
        return;
      case 'half-close':
        if (this.#link?.finish()) this.#post({ type: 'finished', at: monotonicMs() });
        return;
      case 'reset':
        this.#link?.reset();
        return;
      case 'disconnect':
        this.#link?.close();
        return;
      default:
        command satisfies never;
    }
  }

  /** Connects; a link that is open is closed first. */
  #connect(endpoint: Endpoint): void {
    this.#leave?.();
    this.#post({ type: 'connecting', at: monotonicMs(), endpoint });
    let current = true;
    const gone: LinkEvents['gone'] = (fault, unanswered) => {
      if (!current) return;
      current = false;
      this.#link = null;
      this.#leave = null;
      this.#post({ type: 'disconnected', at: monotonicMs(), endpoint, fault, unanswered });
    };
    // A link that was replaced closes in its own time, but nobody is told any more.
    const mine =
      <Args extends unknown[]>(tell: (...args: Args) => void) =>
      (...args: Args): void => {
        if (current) tell(...args);
      };
    const events: LinkEvents = {
      connected: mine((local) => this.#post({ type: 'connected', at: monotonicMs(), endpoint, local })),
      received: mine((id, piece, roundTripMs) => this.#received(id, piece, roundTripMs)),
      unanswered: mine((id, waitedMs) => this.#post({ type: 'unanswered', at: monotonicMs(), id, waitedMs })),
      ended: mine(() => this.#post({ type: 'ended', at: monotonicMs() })),
      gone,
    };
    const log = new LinkLedger(this.#ledger);
    const link = endpoint.transport === 'tcp' ? new TcpLink(endpoint, events, log) : new UdpLink(endpoint, events, log);
    this.#link = link;
    this.#leave = () => {
      gone(null, 0);
      link.close();
    };
  }

  /** Sends one message. Without a connection it is not sent and nothing is said of it: look at the state first. */
  #send(id: number, bytes: Uint8Array): void {
    const at = monotonicMs();
    const became = this.#link?.send(id, bytes) ?? 'closed';
    if (became === 'sent') this.#post({ type: 'sent', at, id, bytes });
    if (became === 'full') this.#post({ type: 'unsent', at, id, length: bytes.length });
  }

  /** Sends a piece of a long message; tells when it was taken. */
  #sendPart(id: number, bytes: Uint8Array, last: boolean): void {
    if (this.#long.id !== id) this.#long = new LongMessage(id);
    this.#long.sent(bytes);
    const taken = (length: number): void => this.#post({ type: 'taken', at: monotonicMs(), id, bytes: length });
    if (!this.#link?.sendPart(id, bytes, last, () => taken(bytes.length))) taken(0);
  }

  /** The main thread has taken so many events with so many bytes in them: the window opens by what they cost. */
  credit(events: number, bytes: number): void {
    this.#inFlight -= bytes + events * eventCost;
    if (this.#inFlight === 0 && this.#skipped > 0) this.#received(null, new Uint8Array(0), null);
  }

  #received(id: number | null, piece: Uint8Array, roundTripMs: number | null): void {
    if (id === this.#long.id) {
      this.#receivedLong(piece, roundTripMs);
      return;
    }
    const fits = this.#inFlight + piece.length + eventCost <= windowBytes;
    if (!fits) this.#skipped += piece.length;
    // The end of an answer is always told; of the rest only what fits.
    if (!fits && roundTripMs === null) return;
    const bytes = fits ? new Uint8Array(piece) : new Uint8Array(0);
    this.#inFlight += bytes.length + eventCost;
    this.#post({ type: 'received', at: monotonicMs(), id, bytes, skipped: this.#skipped, roundTripMs, differs: null });
    this.#skipped = 0;
  }

  #receivedLong(piece: Uint8Array, roundTripMs: number | null): void {
    const told = this.#long.received(piece, roundTripMs !== null);
    if (told === null) return;
    this.#inFlight += eventCost;
    this.#post({
      type: 'received',
      at: monotonicMs(),
      id: this.#long.id,
      bytes: new Uint8Array(0),
      roundTripMs,
      ...told,
    });
  }
}
