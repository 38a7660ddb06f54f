import type { ClientCommand, ClientEvent, EchoExpectation, Mismatch } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { type Difference, EchoCheck } from '../../net/echo-check.ts';
import type { Endpoint, Transport } from '../../text/endpoint.ts';
import type { Link, LinkEvents, LinkLedger } from './link.ts';
import type { Reply } from './reply-attribution.ts';
import { TcpLink } from './tcp-link.ts';
import { UdpLink } from './udp-link.ts';

/** Progress of a long answer: bytes since the last report, and where it differs from what was sent. */
export interface LongAnswer {
  readonly skipped: number;
  readonly differs: Mismatch | null;
}

/**
 * A message that is too long to be kept, and goes in parts. Its answer is compared while both stream by. It is reported
 * when it is whole and when the first byte differs, without its bytes.
 */
class LongMessage {
  readonly id: number;
  readonly #check = new EchoCheck();
  #unreported = 0;
  #hasDiffered = false;

  constructor(id: number) {
    this.id = id;
  }

  /** To be called before the bytes are on the wire. */
  sent(bytes: Uint8Array): void {
    this.#check.sent(bytes);
  }

  /** `differs`: where it is known to differ already. Null where there is nothing to report yet. */
  received(bytes: Uint8Array, isWhole: boolean, differs: Mismatch | null): LongAnswer | null {
    this.#unreported += bytes.length;
    this.#check.received(bytes);
    const found = differs ?? mismatchOf(isWhole ? this.#check.finish() : this.#check.difference);
    if (!isWhole && (found === null || this.#hasDiffered)) return null;
    this.#hasDiffered = found !== null;
    const skipped = this.#unreported;
    this.#unreported = 0;
    return { skipped, differs: found };
  }
}

const mismatchOf = (difference: Difference | null): Mismatch | null => {
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

/** Bytes of answers that the main thread has not yet taken, at most. What comes beyond is counted and left out. */
const maxInFlight = 256 * 1024;
/** Each event counts for so many bytes more than its answer, so that many small ones are bounded too. */
const eventCost = 64;

/** The kind of link for each transport. */
const links = { tcp: TcpLink, udp: UdpLink } as const satisfies Record<Transport, unknown>;

/** The client in wire thread 0: one link at a time, to any endpoint. It reports by events. */
export class EmbeddedClient {
  readonly #post: (event: ClientEvent) => void;
  readonly #makeLedger: () => LinkLedger;
  #link: Link | null = null;
  #abandon: (() => void) | null = null;
  /** The message that goes in parts. */
  #long = new LongMessage(0);
  #inFlight = 0;
  #skipped = 0;

  /** Each link counts and records its calls in a LinkLedger of its own. */
  constructor(post: (event: ClientEvent) => void, makeLedger: () => LinkLedger) {
    this.#post = post;
    this.#makeLedger = makeLedger;
  }

  run(command: ClientCommand): void {
    switch (command.type) {
      case 'connect':
        this.#connect(command.endpoint, command.echo ?? 'unknown');
        return;
      case 'expect':
        this.#expect(command.echo);
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
  #connect(endpoint: Endpoint, echo: EchoExpectation): void {
    this.#abandon?.();
    this.#post({ type: 'connecting', at: monotonicMs(), endpoint });
    let current = true;
    const gone: LinkEvents['gone'] = (fault, unanswered) => {
      if (!current) return;
      current = false;
      this.#link = null;
      this.#abandon = null;
      this.#post({ type: 'disconnected', at: monotonicMs(), endpoint, fault, unanswered });
    };
    // A link that was replaced closes in its own time; its events are left out.
    const whileCurrent =
      <Args extends unknown[]>(listener: (...args: Args) => void) =>
      (...args: Args): void => {
        if (current) listener(...args);
      };
    const events: LinkEvents = {
      connected: whileCurrent((local) => {
        const compares = this.#link?.compares ?? false;
        this.#post({ type: 'connected', at: monotonicMs(), endpoint, local, compares });
      }),
      received: whileCurrent((reply) => this.#received(reply)),
      deviated: whileCurrent(() =>
        this.#post({ type: 'compares', at: monotonicMs(), compares: false, deviated: true }),
      ),
      unanswered: whileCurrent((id, waitedMs) => this.#post({ type: 'unanswered', at: monotonicMs(), id, waitedMs })),
      ended: whileCurrent(() => this.#post({ type: 'ended', at: monotonicMs() })),
      gone,
    };
    const ledger = this.#makeLedger();
    const link = new links[endpoint.transport](endpoint, echo, events, ledger);
    this.#link = link;
    this.#abandon = () => {
      gone(null, 0);
      link.close();
    };
  }

  #expect(echo: EchoExpectation): void {
    const link = this.#link;
    if (link === null) return;
    const before = link.compares;
    link.expect(echo);
    const { compares } = link;
    if (compares !== before) this.#post({ type: 'compares', at: monotonicMs(), compares, deviated: false });
  }

  /** Sends one message. */
  #send(id: number, bytes: Uint8Array): void {
    const at = monotonicMs();
    const result = this.#link?.send(id, bytes) ?? 'closed';
    if (result === 'sent') this.#post({ type: 'sent', at, id, bytes });
    else this.#post({ type: 'unsent', at, id, length: bytes.length, why: result });
  }

  /** Sends a part of a long message, and reports when the kernel has taken it. */
  #sendPart(id: number, bytes: Uint8Array, last: boolean): void {
    if (this.#long.id !== id) this.#long = new LongMessage(id);
    this.#long.sent(bytes);
    const taken = (length: number): void => this.#post({ type: 'taken', at: monotonicMs(), id, bytes: length });
    if (!this.#link?.sendPart(id, bytes, last, () => taken(bytes.length))) taken(0);
  }

  /** The main thread has taken so many events with so many bytes in them, which no longer count for the window. */
  credit(events: number, bytes: number): void {
    this.#inFlight -= bytes + events * eventCost;
    if (this.#inFlight === 0 && this.#skipped > 0)
      this.#received({ id: null, piece: new Uint8Array(0), roundTripMs: null, differs: null });
  }

  #received({ id, piece, roundTripMs, differs }: Reply): void {
    if (id === this.#long.id) {
      this.#receivedLong(piece, roundTripMs, differs);
      return;
    }
    const fits = this.#inFlight + piece.length + eventCost <= maxInFlight;
    if (!fits) this.#skipped += piece.length;
    // The end of an answer is always reported; of the rest only what fits.
    if (!fits && roundTripMs === null && differs === null) return;
    const bytes = fits ? new Uint8Array(piece) : new Uint8Array(0);
    this.#inFlight += bytes.length + eventCost;
    this.#post({ type: 'received', at: monotonicMs(), id, bytes, skipped: this.#skipped, roundTripMs, differs });
    this.#skipped = 0;
  }

  #receivedLong(piece: Uint8Array, roundTripMs: number | null, differs: Mismatch | null): void {
    const progress = this.#long.received(piece, roundTripMs !== null, differs);
    if (progress === null) return;
    this.#inFlight += eventCost;
    const [id, bytes] = [this.#long.id, new Uint8Array(0)];
    this.#post({ type: 'received', at: monotonicMs(), id, bytes, roundTripMs, ...progress });
  }
}
