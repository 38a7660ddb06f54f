import { getSystemErrorMap, getSystemErrorName } from 'node:util';

/**
 * Node's own side of a TCP socket: what net.Socket and net.Server are built on, in every version since 12. Calls that
 * return a number give libuv's negative errno where they fail.
 */
export interface StreamHandle {
  /** Called when a read came to something: `readStatus`. What it returns is the buffer of the reads that follow. */
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
  getpeername(into: SocketName): number;
  getsockname(into: SocketName): number;
}

/** What a name call fills in: an address as the system prints it, and a port. */
export interface SocketName {
  readonly address: string;
  readonly port: number;
}

/** A call that ends later. */
export interface Request {
  oncomplete?: (status: number) => void;
  /** Kept here for as long as the request is under way. */
  bytes?: Uint8Array;
}

/** What belongs to the handles beside themselves. */
export interface StreamCalls {
  readonly WriteRequest: new () => Request;
  readonly ShutdownRequest: new () => Request;
  /** Bytes that the read of the running `onread` brought; negative: why there are none. */
  readonly readStatus: () => number;
  /** Whether a part of what was written last waits in libuv's queue. */
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
  'getpeername',
  'getsockname',
];

/** Whether something is a handle with all that we call. */
export const isStreamHandle = (value: unknown): value is StreamHandle => {
  if (typeof value !== 'object' || value === null) return false;
  const kind: unknown = Object.getPrototypeOf(value);
  if (kind === known) return true;
  const isWhole =
    methods.every((name) => typeof Reflect.get(value, name) === 'function') &&
    typeof Reflect.get(value, 'bytesWritten') === 'number' &&
    typeof Reflect.get(value, 'writeQueueSize') === 'number';
  if (isWhole) known = kind;
  return isWhole;
};

/** The prototype of those looked at before: all of one kind are alike. */
let known: unknown = null;

/**
 * Node's binding of streams, in a way that is deprecated in its documentation (DEP0111) for want of a public one, and has
 * worked in every release so far. Null where it does not, or where the binding is not as we know it.
 */
export const findStreamCalls = (): StreamCalls | null => {
  const { WriteWrap, ShutdownWrap, streamBaseState: state, ...places } = streamBinding() ?? {};
  const { kReadBytesOrError: read, kLastWriteWasAsync: async } = places;
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
  // With --pending-deprecation Node would write DEP0111 across the console's screen: nothing that its user could mend.
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    const find: unknown = Reflect.get(process, 'binding');
    return typeof find === 'function' ? { ...Reflect.apply(find, process, ['stream_wrap']) } : null;
  } catch {
    // Node's permission model refuses it.
    return null;
  } finally {
    process.noDeprecation = noDeprecation;
  }
};

const isRequestClass = (value: unknown): value is new () => Request => typeof value === 'function';

const statusOf = (code: string): number | undefined =>
  [...getSystemErrorMap()].find(([, [name]]) => name === code)?.[0];

/** What a read comes to behind the peer's FIN. */
export const endOfFile = statusOf('EOF');
/** What a shutdown comes to where the peer has reset the connection. */
export const notConnected = statusOf('ENOTCONN');

/** A status as the error that net.Socket would raise for it. */
export const errorOf = (status: number, syscall: string): Error => {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`${syscall} ${code}`), { errno: status, code, syscall });
};
