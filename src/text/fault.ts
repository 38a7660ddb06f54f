import type { Endpoint } from './endpoint.ts';

/** The calls of the sockets interface, as C programmers know them. */
export type Stage =
  | 'socket'
  | 'bind'
  | 'listen'
  | 'accept'
  | 'connect'
  | 'recv'
  | 'send'
  | 'shutdown'
  | 'close';

/** Something that the network refused. `code` is the errno name (`EADDRINUSE`). Text for people is made by `explain`. */
export interface Fault {
  readonly stage: Stage;
  readonly code: string;
  /** The system's own words. */
  readonly message: string;
  readonly endpoint: Endpoint;
}
