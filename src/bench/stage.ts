import type { Stage } from '../text/fault.ts';
import { codeOf } from '../wire/fault.ts';

const stages = new Map<unknown, Stage>([
  ['read', 'recv'],
  ['recvmsg', 'recv'],
  ['write', 'send'],
  ['send', 'send'],
  ['shutdown', 'shutdown'],
]);

/** Where the process, or the system, has no socket to give. */
const socketCodes = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAFNOSUPPORT']);

/** The call behind a client socket's error, as a C programmer would see it: Node makes the socket when it connects. */
export const stageOf = (error: Error): Stage => {
  const call = 'syscall' in error ? stages.get(error.syscall) : undefined;
  return call ?? (socketCodes.has(codeOf(error)) ? 'socket' : 'connect');
};
