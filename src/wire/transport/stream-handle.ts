import { getSystemErrorMap, getSystemErrorName } from 'node:util';
import { type Askable, isAskable, type SocketName } from './kernel-state.ts';

/**
 * Node's own side of a TCP socket: what net.Socket and net.Server are built on, in every version since 12. Calls that
 * return a number give libuv's negative errno where they fail.
 */
export interface StreamHandle extends Askable {
  /** Called after a read: see `readStatus`. A buffer that it returns is that of the reads that follow. */
  onread: () => Uint8Array | undefined;
  /** Bytes handed to libuv, and those of them that wait in its queue. */
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: Request, bytes: Uint8Array): number;
  shutdown(request: Request): number;
  close(): void;
  reset(): number;
  setNoDelay(on: boolean): number;
  getsockname(into: SocketName): number;
}

/** A call that ends later. */
export interface Request {
  oncomplete?: (status: number) => void;
  /** Kept here for as long as the request is under way. */
  bytes?: Uint8Array;
}

/** Node's objects that belong to all handles. */
export interface StreamCalls {
  readonly WriteRequest: new () => Request;
  readonly ShutdownRequest: new () => Request;
  /** Within `onread`: bytes of that read, or a negative errno. */
  readonly readStatus: () => number;
  /** Whether a part of the last write waits in libuv's queue. */
  readonly waits: () => boolean;
}

const methods = [
  'useUserBuffer',
  'readStart',
  'readStop',
  'writeBuffer',
  'shutdown',
  'close',
  'reset',
  'setNoDelay',
  'getsockname',
];

/** Whether a value is a handle with all that we call. */
export const isStreamHandle = (value: unknown): value is StreamHandle => {
  if (!isAskable(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === known) return true;
  const isHandle =
    methods.every((name) => typeof Reflect.get(value, name) === 'function') &&
    typeof Reflect.get(value, 'bytesWritten') === 'number' &&
    typeof Reflect.get(value, 'writeQueueSize') === 'number';
  if (isHandle) known = prototype;
  return isHandle;
};

/** The prototype of the handles checked before. */
let known: unknown = null;

/**
 * Node's binding of streams, through a call that its documentation deprecates (DEP0111); no public one exists. It has worked
 * in every release so far. Null where it does not, or where this Node has other internals.
 */
export const findStreamCalls = (): StreamCalls | null => {
  const { WriteWrap, ShutdownWrap, streamBaseState: state, ...indexes } = streamBinding() ?? {};
  const { kReadBytesOrError: read, kLastWriteWasAsync: async } = indexes;
  if (!(state instanceof Int32Array) || !isRequestClass(WriteWrap) || !isRequestClass(ShutdownWrap)) return null;
  if (typeof read !== 'number' || typeof async !== 'number') return null;
  return {
    WriteRequest: WriteWrap,
    ShutdownRequest: ShutdownWrap,
    readStatus: () => state[read] ?? 0,
    waits: () => state[async] !== 0,
  };
};

const streamBinding = (): Readonly<Record<string, unknown>> | null => {
  // With --pending-deprecation Node would write DEP0111 across the screen, and its user can do nothing about it.
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    const find: unknown = Reflect.get(process, 'binding');
    return typeof find === 'function' ? { ...Reflect.apply(find, process, ['stream_wrap']) } : null;
  } catch {
    // Node's permission model forbids it.
    return null;
  } finally {
    process.noDeprecation = noDeprecation;
  }
};

const isRequestClass = (value: unknown): value is new () => Request => typeof value === 'function';

const statusOf = (code: string): number | undefined =>
  [...getSystemErrorMap()].find(([, [name]]) => name === code)?.[0];

/** The status of a read behind the peer's FIN. */
export const endOfFile = statusOf('EOF');
/** The status of a shutdown after the peer's RST. */
export const notConnected = statusOf('ENOTCONN');

/** A status as the error that net.Socket would raise for it. */
export const errorOf = (status: number, syscall: string): Error => {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`${syscall} ${code}`), { errno: status, code, syscall });
};
