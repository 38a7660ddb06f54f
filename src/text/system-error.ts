import type { Endpoint } from './endpoint.ts';
import type { Fault, Stage } from './fault.ts';

/** The errno name of an error that Node raised, `UNKNOWN` where it has none. */
export const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';

/** The positive errno of an error that Node raised, 0 where it has none. */
export const errnoOf = (error: Error): number =>
  'errno' in error && typeof error.errno === 'number' ? Math.abs(error.errno) : 0;

/** An error as a value that crosses threads. */
export const faultOf = (error: Error, stage: Stage, endpoint: Endpoint): Fault => ({
  stage,
  code: codeOf(error),
  message: error.message,
  endpoint,
});

/** Codes of socket(2): the process, or the system, has no socket to give. */
const socketCodes = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAFNOSUPPORT']);

const bindCodes = new Set([
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EACCES',
  'EINVAL',
  'ENOTFOUND',
  'EAI_AGAIN',
  // SO_REUSEPORT is refused, which libuv sets just before it binds.
  'ENOPROTOOPT',
  'ENOTSUP',
]);

/**
 * The call that failed, as a C programmer would see it, for an error of `server.listen`. Node reports bind's errors under
 * listen, because libuv puts them off until then.
 */
export const listenStage = (error: Error): Stage => {
  const code = codeOf(error);
  if (bindCodes.has(code)) return 'bind';
  return socketCodes.has(code) ? 'socket' : 'listen';
};

const stages = new Map<unknown, Stage>([
  ['read', 'recv'],
  ['recvmsg', 'recv'],
  ['write', 'send'],
  ['send', 'send'],
  ['shutdown', 'shutdown'],
]);

/**
 * An error of a client socket as a Fault, with the call that failed as a C programmer would see it: Node makes the socket
 * when it connects, and reports both under connect.
 */
export const clientFault = (error: Error, endpoint: Endpoint): Fault => {
  const call = 'syscall' in error ? stages.get(error.syscall) : undefined;
  return faultOf(error, call ?? (socketCodes.has(codeOf(error)) ? 'socket' : 'connect'), endpoint);
};
