import type { Fault } from './protocol.ts';

/** What `listen` rejects with when the network said no. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'FaultError';
    this.fault = fault;
  }
}
