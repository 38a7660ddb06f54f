import { lookup } from 'node:dns/promises';
import { isIP, Socket } from 'node:net';
import { codeOf } from '../text/fault.ts';

/** One of the addresses of a name, as dns.lookup gives it. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

interface ConnectOptions<Made extends Socket> {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** How long all attempts together may take, the lookup too, ms; then it fails with ETIMEDOUT. */
  readonly timeoutMs?: number;
  /** Gives up what is under way. */
  readonly signal?: AbortSignal;
  /** Makes the socket of an attempt, half-open and not connected. */
  readonly make: () => Made;
  /** The addresses of a name, best first. */
  readonly addressesOf?: (host: string) => Promise<readonly Address[]>;
}

/** After so many ms without an answer the next address is tried as well (RFC 8305, 8: Connection Attempt Delay). */
const attemptDelayMs = 250;

/** Codes of an address that no packet could be sent to: the answer of another one tells more. */
const unreachable = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EHOSTUNREACH', 'ENETUNREACH']);

/** In the order of the system, but IPv6 and IPv4 in turn (RFC 8305, 4): one of them may be dead as a whole. */
const interleaved = (addresses: readonly Address[]): readonly Address[] => {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const other = addresses.filter(({ family }) => family !== addresses[0]?.family);
  return Array.from({ length: Math.max(first.length, other.length) }, (_, at) => [first[at], other[at]])
    .flat()
    .filter((address) => address !== undefined);
};

const failed = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** A TCP socket for `connectTcp`: without Nagle's delay, and open for sending until `end` when the peer half-closes. */
export const tcpSocket = (): Socket => new Socket({ allowHalfOpen: true }).setNoDelay(true);

/**
 * Connects to the first address of a host that answers. A later address is tried beside the earlier ones, never in their
 * place: Node's own (autoSelectFamily) destroys an attempt after 250 ms, and a SYN that is lost is sent again after one
 * second (RFC 6298, 2.1). Rejects with the error of the address that tells most.
 */
export const connectTcp = async <Made extends Socket>(options: ConnectOptions<Made>): Promise<Made> => {
  const { host, timeoutMs, signal, addressesOf = systemAddresses } = options;
  const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
  const over = new AbortController();
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => giveUp(failed('ETIMEDOUT', 'connection timed out')), timeoutMs);
  const abort = (): void => giveUp(failed('ECANCELED', 'given up'));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  const attempts = async (): Promise<Made> => {
    const addresses = isIP(host) === 0 ? interleaved(await addressesOf(host)) : [{ address: host, family: isIP(host) }];
    return race(addresses, options, over.signal);
  };
  try {
    return await Promise.race([attempts(), givenUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    over.abort();
  }
};

const systemAddresses = (host: string): Promise<readonly Address[]> => lookup(host, { all: true });

/** The first socket that connects; the others are closed, as all are when `signal` aborts before one is. */
const race = <Made extends Socket>(
  addresses: readonly Address[],
  { port, make }: ConnectOptions<Made>,
  signal: AbortSignal,
): Promise<Made> => {
  const { promise, resolve, reject } = Promise.withResolvers<Made>();
  const underWay = new Set<Made>();
  const errors: Error[] = [];
  const waiting = [...addresses];
  let timer: NodeJS.Timeout | undefined;
  if (addresses.length === 0) reject(failed('ENOTFOUND', 'the name has no address'));
  const tryNext = (): void => {
    clearTimeout(timer);
    const next = waiting.shift();
    if (signal.aborted || next === undefined) return;
    const socket = make();
    underWay.add(socket);
    const lost = (error: Error): void => {
      underWay.delete(socket);
      errors.push(error);
      if (waiting.length > 0) tryNext();
      else if (underWay.size === 0) reject(errors.find((each) => !unreachable.has(codeOf(each))) ?? errors[0]);
    };
    socket.once('error', lost).once('connect', () => {
      socket.off('error', lost);
      underWay.delete(socket);
      resolve(socket);
    });
    socket.connect({ host: next.address, port });
    if (waiting.length > 0) timer = setTimeout(tryNext, attemptDelayMs);
  };
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    for (const socket of underWay) socket.destroy();
  });
  tryNext();
  return promise;
};
