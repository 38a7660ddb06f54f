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

/**
 * The call that failed, as a C programmer would see it, for an error of `server.listen`. Node reports bind's errors
 * under listen, because libuv puts them off until then; which codes are whose is in bind(2) and listen(2).
 */
export const listenStage = (error: Error): Stage => {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EINVAL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    // SO_REUSEPORT is refused, which libuv asks for just before bind.
    case 'ENOPROTOOPT':
    case 'ENOTSUP':
      return 'bind';
    case 'EAFNOSUPPORT':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'ENOMEM':
      return 'socket';
    default:
      return 'listen';
  }
};

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
