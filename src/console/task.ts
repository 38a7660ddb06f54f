import type { ClientEvent } from '../engine/protocol.ts';

/** Something the client does that takes longer than a moment. */
export interface ClientTask {
  /** Ends it; what is on the wire by then is not taken back. */
  stop(): void;
  onClientEvent(event: ClientEvent): void;
}

/** How a task tells what becomes of it. */
export interface TaskEvents {
  /** How far it is: short, and often. */
  readonly progress: (text: string) => void;
  /** It is over, and why. Once. */
  readonly done: (text: string, tone: 'info' | 'error') => void;
}
