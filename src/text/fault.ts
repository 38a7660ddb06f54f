import { getSystemErrorMap } from 'node:util';
import { type Endpoint, formatEndpoint, shortEndpoint } from './endpoint.ts';
import { plural } from './format.ts';
import { printable } from './printable.ts';

/** The calls of the sockets interface, as C programmers know them. */
export type Stage = 'socket' | 'bind' | 'listen' | 'accept' | 'connect' | 'recv' | 'send' | 'shutdown' | 'close';

/**
 * A cause that a code alone does not tell; no call failed. `max-memory`: all connections together hold too much.
 * `receive-buffer`: the kernel had no room for `count` datagrams.
 */
export type Cause = 'max-memory' | 'receive-buffer';

/** A failed call of the sockets interface. `code` is the errno name (`EADDRINUSE`). `explain` makes a line of text. */
export interface Fault {
  readonly stage: Stage;
  readonly code: string;
  /** The system's message. */
  readonly message: string;
  readonly endpoint: Endpoint;
  /** What this program knows of it beyond the code. */
  readonly cause?: Cause;
  /** How many times it happened since it was reported last, where that is known. */
  readonly count?: number;
  /** `host:port` of the peer, where the fault concerns one peer alone. */
  readonly peer?: string;
}

const systemMessages = new Map(getSystemErrorMap().values());

/** Better messages than libuv's, and some that it lacks: the names for getaddrinfo are Node's own. */
const ourMessages = new Map([
  ['EAGAIN', 'the peer does not take what waits for it'],
  ['ELOOP', 'our answers come back, again and again'],
  ['ENOTFOUND', 'host not found'],
  ['EAI_AGAIN', 'host not found'],
  ['ENFILE', 'too many open files in the whole system'],
]);

const causes: Readonly<Record<Cause, (count: number) => { readonly words: string; readonly next: string }>> = {
  'max-memory': () => ({
    words: 'the connections together hold as much as --max-memory allows',
    next: 'those that hold most are no longer read, then reset; raise --max-memory, or lower --max-buffer',
  }),
  'receive-buffer': (count) => ({
    words: `the kernel dropped ${plural(count, 'datagram')}: its receive buffer was full`,
    next: 'send more slowly; where a buffer of 4 MiB is not allowed, raise net.core.rmem_max',
  }),
};

const loopback = /^(?:127\.[\d.]+|localhost|::1)$/i;

/** What to try next; undefined where nothing is known. */
function advice({ stage, code, endpoint }: Fault): string | undefined {
  const { host, port } = endpoint;
  const binding = stage === 'bind' || stage === 'listen';
  const ipv6 = host.includes(':');
  switch (code) {
    case 'EACCES':
      return binding && port > 0 && port < 1024 ? 'ports below 1024 need privileges, try :8080' : undefined;
    case 'EADDRINUSE':
      return binding ? 'another program listens there; name another port, or :0 for any free one' : undefined;
    case 'EADDRNOTAVAIL':
      if (!binding) return 'no local port is free for it; close some connections, or wait a minute';
      return `${host} is not an address of this machine; try ${
        ipv6 ? '[::1], or [::] for all of them' : '127.0.0.1, or 0.0.0.0 for all of them'
      }`;
    case 'EAFNOSUPPORT':
      return ipv6 ? 'this machine has no IPv6; try 127.0.0.1' : undefined;
    case 'EAGAIN':
      return 'nothing was sent; nothing more is kept for it until it reads';
    case 'EAI_AGAIN':
      return 'the name server did not answer; try again, or use an address';
    case 'ECONNREFUSED':
      return loopback.test(host)
        ? `nothing listens there; start a server: echoscope serve ${formatEndpoint(endpoint)}`
        : 'nothing listens there; start a server, or check the port';
    case 'ECONNRESET':
      return 'the peer broke the connection off; its own messages may say why';
    case 'EHOSTUNREACH':
      return 'no machine answers at that address; check the address and the network';
    case 'ELOOP':
      return 'it answers whatever comes, as we do; --deny keeps it out';
    case 'EINVAL':
      return /^fe[89ab].:/i.test(host) && !host.includes('%')
        ? `a link-local address needs its interface: [${host}%eth0]:${port}`
        : undefined;
    case 'EMFILE':
      return 'raise the limit with ulimit -n, or keep fewer connections open';
    case 'ENETUNREACH':
      return 'no route leads there; check the address and the network';
    case 'ENFILE':
      return 'close other programs, or raise fs.file-max';
    case 'ENOPROTOOPT':
    case 'ENOTSUP':
      return binding ? 'this system cannot share a port among threads; use --threads 1' : undefined;
    case 'ENOTFOUND':
      return 'check the spelling, or use an address';
    case 'EPIPE':
      return 'the peer had closed the connection before everything was sent';
    case 'ETIMEDOUT':
      return 'no answer came; check the address, and the firewalls on the way';
    default:
      return undefined;
  }
}

/**
 * A fault as one line: the stage, the endpoint, a message, the errno name, and what to try next where that is known. UDP
 * is named, TCP is not. Printable, whatever host the user named.
 */
export function explain(fault: Fault): string {
  const { stage, code, message, endpoint, peer, cause, count = 1 } = fault;
  const where = shortEndpoint(endpoint);
  const place = peer === undefined ? where : `${where} from ${peer}`;
  const known = cause === undefined ? undefined : causes[cause](count);
  const words = known?.words ?? ourMessages.get(code) ?? systemMessages.get(code) ?? message;
  const next = known?.next ?? advice(fault);
  return printable(`${stage}: ${place}: ${words} (${code})${next === undefined ? '' : ` — ${next}`}`);
}

/** The errno name of an error that Node raised, or its own (`ERR_…`); `UNKNOWN` where it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';

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
 * when it connects, and reports both under connect. `stage` is the call under way, for an error that names none.
 */
export const clientFault = (error: Error, endpoint: Endpoint, stage: Stage = 'connect'): Fault => {
  const call = 'syscall' in error ? stages.get(error.syscall) : undefined;
  const isSocket = stage === 'connect' && socketCodes.has(codeOf(error));
  return faultOf(error, call ?? (isSocket ? 'socket' : stage), endpoint);
};
