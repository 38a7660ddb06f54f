import type { Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import type { EchoExpectation } from '../../engine/protocol.ts';
import type { Ends, LedgerWriter } from '../../memory/ledger/writer.ts';
import type { Recorder } from '../../memory/recorder/recorder.ts';
import { unknownHost } from '../../text/endpoint.ts';
import type { Fault } from '../../text/fault.ts';
import type { Reply } from './reply-attribution.ts';

/** Events of a link, for the client that holds it. */
export interface LinkEvents {
  /** `local` is our end, `host:port`. */
  readonly connected: (local: string) => void;
  readonly received: (reply: Reply) => void;
  /** Whether replies are compared has changed by itself: one was no echo. */
  readonly deviated: () => void;
  /** No answer came in time. */
  readonly unanswered: (id: number, waitedMs: number) => void;
  /** The peer half-closed. */
  readonly ended: () => void;
  /** The link is gone. */
  readonly gone: (fault: Fault | null, unanswered: number) => void;
}

/** Whether a message was sent: `closed` without a connection, `full` where too much waits for the peer. */
export type SendResult = 'sent' | 'closed' | 'full';

/** A connection of the embedded client to a peer, over either transport. */
export interface Link {
  /** Hands one message to the kernel, or to what waits for it. */
  send(id: number, bytes: Uint8Array): SendResult;
  /**
   * Hands a part of message `id` to the kernel, and calls `taken` when the kernel has it. False without a connection, and
   * for a transport without a stream.
   */
  sendPart(id: number, bytes: Uint8Array, last: boolean, taken: () => void): boolean;
  /** Whether what comes from now on is an echo. */
  expect(expectation: EchoExpectation): void;
  /** Whether replies are compared with what was sent. */
  readonly compares: boolean;
  /** Half-closes. False without a connection, and for a transport without half-close. */
  finish(): boolean;
  close(): void;
  /** Closes at once, over TCP with RST. */
  reset(): void;
}

/**
 * Counts the calls of one link in the ledger of the embedded client: the other end of a connection that the server may
 * have a row of. A send counts when it is called.
 */
export class LinkLedger {
  readonly #ledger: LedgerWriter;
  readonly #recorder: Recorder;
  readonly #firstSlot: number;
  #ends: Ends | null = null;
  /** -1 before there is a connection, and after it. */
  #slot = -1;

  /** Slots of the recorder from `firstSlot` on are those of this ledger. */
  constructor(ledger: LedgerWriter, recorder: Recorder, firstSlot: number) {
    this.#ledger = ledger;
    this.#recorder = recorder;
    this.#firstSlot = firstSlot;
  }

  connectedTcp({
    remoteAddress = unknownHost,
    remotePort = 0,
    localAddress = unknownHost,
    localPort = 0,
  }: Socket): void {
    this.#enter('tcp', [remoteAddress, remotePort], [localAddress, localPort]);
  }

  connectedUdp(socket: UdpSocket): void {
    const [peer, local] = [socket.remoteAddress(), socket.address()];
    this.#enter('udp', [peer.address, peer.port], [local.address, local.port]);
  }

  sent(bytes: Uint8Array): void {
    if (this.#slot === -1) return;
    const at = this.#ledger.sent(this.#slot, bytes.length, 1);
    this.#recorder.sent(this.#recorded, at, bytes, 0, bytes.length, 1);
  }

  received(bytes: Uint8Array): void {
    if (this.#slot === -1) return;
    this.#recorder.received(this.#recorded, this.#ledger.received(this.#slot, bytes.length), bytes);
    this.#recorder.settle();
  }

  /** Our FIN. */
  finished(): void {
    if (this.#slot !== -1) this.#recorder.finished(this.#recorded, this.#ledger.finSent(this.#slot), 'local', 'none');
  }

  /** The peer's FIN. */
  ended(): void {
    if (this.#slot !== -1)
      this.#recorder.finished(this.#recorded, this.#ledger.finReceived(this.#slot), 'peer', 'none');
  }

  /** `isReset`: by our own RST. */
  closed(fault: Fault | null, isReset = false): void {
    if (this.#slot === -1) return;
    const how = isReset
      ? 'reset'
      : fault === null
        ? 'fin'
        : fault.code === 'ECONNRESET' || fault.code === 'EPIPE'
          ? 'reset'
          : 'error';
    const end = this.#ledger.close(this.#slot, how);
    if (how === 'reset') this.#recorder.wasReset(this.#recorded, end.at, isReset ? 'local' : 'peer');
    if (this.#ends !== null) this.#recorder.closed(this.#recorded, this.#ends, end);
    this.#slot = -1;
  }

  #enter(transport: 'tcp' | 'udp', [peerHost, peerPort]: [string, number], [localHost, localPort]: [string, number]) {
    const ends: Ends = { transport, peerHost, peerPort, localHost, localPort };
    this.#slot = this.#ledger.enter(ends, 'none');
    if (this.#slot === -1) return;
    this.#ends = ends;
    this.#recorder.opened(
      this.#recorded,
      this.#ledger.activeAt(this.#slot),
      this.#ledger.idOf(this.#slot),
      ends,
      'none',
    );
  }

  get #recorded(): number {
    return this.#firstSlot + this.#slot;
  }
}
