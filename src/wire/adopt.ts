import { Socket } from 'node:net';

/** Bytes that one read can bring. Pages that no read has filled cost no memory. */
const bufferBytes = 64 * 1024;

/** What libuv's stream handles have had for as long as `onread` exists; it is looked for, never taken for granted. */
const parts = ['readStart', 'readStop', 'useUserBuffer', 'writeBuffer', 'shutdown', 'close'];

const handleOf = (socket: Socket): object | null => {
  const handle: unknown = Reflect.get(socket, '_handle');
  const isWhole =
    typeof handle === 'object' &&
    handle !== null &&
    parts.every((part) => typeof Reflect.get(handle, part) === 'function');
  return isWhole ? handle : null;
};

/**
 * A second socket over the connection of an accepted one, which reads into one buffer of its own: net.Socket's documented
 * `onread`, that a server can not give to the sockets it accepts. Node would take fresh memory for every read.
 *
 * `onBytes` gets what a read brought; the bytes are overwritten by the next read. It returns false to have no more of
 * them until `resume()`. The new socket is paused until then. Its peer, options and counters are those of the accepted
 * one, whose listeners are taken off and which is destroyed with it, so that its server counts right.
 *
 * Null where this Node keeps its sockets in another way: the accepted socket is untouched then and can go on. Call it
 * only while `accepted` has nothing to read and nothing to write.
 */
export const adopt = (accepted: Socket, onBytes: (bytes: Buffer) => boolean): Socket | null => {
  const handle = handleOf(accepted);
  if (handle === null) return null;
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  const options = {
    readable: true,
    writable: true,
    allowHalfOpen: true,
    manualStart: true,
    onread: {
      buffer,
      callback: (bytes: number) => onBytes(bytes === bufferBytes ? buffer : buffer.subarray(0, bytes)),
    },
  };
  accepted.pause();
  accepted.removeAllListeners();
  accepted.on('error', () => undefined);
  // For a handle of this kind the option is as undocumented as the field: its type does not know it.
  const taken: object = { handle };
  const socket = new Socket({ ...options, ...taken });
  socket.on('close', () => accepted.destroy());
  return socket;
};
