// biome-ignore lint/style/noRestrictedImports: it asks descriptors of sockets, and opens no file.
import { readSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { errnoOf } from '../../text/fault.ts';

/** Filled in by a name call: an address as the system prints it, and a port. */
export interface SocketName {
  readonly address: string;
  readonly port: number;
}

/** What of a handle is needed to ask the kernel about its connection. */
export interface Askable {
  /** The descriptor; negative where there is none (any more). */
  readonly fd: number;
  getpeername(into: SocketName): number;
}

export const isAskable = (value: unknown): value is Askable =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'fd') === 'number' &&
  typeof Reflect.get(value, 'getpeername') === 'function';

const nothing = new Uint8Array(0);
const oneByte = new Uint8Array(1);
const name: SocketName = { address: '', port: 0 };
const isLinux = process.platform === 'linux';

type Write = (descriptor: number) => number | null;

/** A write of no bytes, and its status; null where it has none. */
const writeNothing: Write = (descriptor) => {
  try {
    return writeSync(descriptor, nothing);
  } catch (error) {
    return error instanceof Error ? -errnoOf(error) || null : null;
  }
};

/**
 * With other arguments than these the binding does not throw but ends the process (CHECK in node_file.cc). So it is called
 * only where node:fs itself calls it so.
 */
const takesOurArguments = /\bwriteBuffer\(fd, buffer, offset, length, position,\s*undefined, ctx\)/;

/**
 * The same without an exception, which even without its stack costs a tenth of the processor time of a short connection
 * (measured): through the binding below node:fs (DEP0111). Null where this Node has another one.
 */
const findWrite = (): Write | null => {
  if (!takesOurArguments.test(String(writeSync))) return null;
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    const binding: unknown = Reflect.apply(Reflect.get(process, 'binding'), process, ['fs']);
    const write: unknown = typeof binding === 'object' && binding !== null ? Reflect.get(binding, 'writeBuffer') : null;
    if (typeof write !== 'function') return null;
    return (descriptor) => {
      const result = { errno: 0 };
      Reflect.apply(write, binding, [descriptor, nothing, 0, 0, null, undefined, result]);
      return result.errno;
    };
  } catch {
    // Node's permission model forbids it.
    return null;
  } finally {
    process.noDeprecation = noDeprecation;
  }
};

const write = findWrite() ?? writeNothing;

/** `open`: not over. `over`: without an error. A number: the negative errno that ended it. `unknown`: cannot be asked. */
export type KernelState = 'open' | 'over' | 'unknown' | number;

/**
 * How a TCP connection stands in the kernel. To be asked once after it is over: the answer takes the errno away.
 *
 * Linux has no peer's name (ENOTCONN) once the state is TCP_CLOSE. A write of no bytes then gives the error of the socket,
 * else EPIPE. Behind our FIN: `open` means that it is not acknowledged, `over` that it is and with it every byte. Before
 * our FIN only a peer's RST, or a failure, makes it over: then the errno is EPIPE where the peer's FIN was before its RST
 * (tcp_reset in net/ipv4/tcp_input.c).
 */
export const kernelStateOf = (handle: Askable, isFinSent: boolean): KernelState => {
  if (!isLinux || handle.fd < 0) return 'unknown';
  if (handle.getpeername(name) >= 0) return 'open';
  const status = write(handle.fd);
  if (status === null || status >= 0) return 'unknown';
  return isFinSent && status === -constants.errno.EPIPE ? 'over' : status;
};

/** Whether bytes wait to be read. close(2) then sends RST in place of FIN. Takes one of them: for before an end. */
export const hasUnread = ({ fd }: Askable): boolean => {
  if (!isLinux || fd < 0) return false;
  try {
    return readSync(fd, oneByte) > 0;
  } catch {
    return false;
  }
};
