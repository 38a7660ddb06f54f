import type { Socket } from 'node:net';

/** A number on a socket's private handle; null where this Node has none. */
const handleNumber = (socket: Socket, name: string): number | null => {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const value: unknown = Reflect.get(handle, name);
  return typeof value === 'number' ? value : null;
};

/**
 * Bytes that the kernel has taken from a socket since it was opened.
 *
 * Node's public numbers count a buffer as waiting until its last byte is taken. The private handle has libuv's numbers:
 * bytes handed over, less those in its queue, which shrinks with every partial send. Without them bytes are counted a
 * buffer at a time.
 */
export const takenBytes = (socket: Socket): number => {
  const handed = handleNumber(socket, 'bytesWritten');
  const queued = handleNumber(socket, 'writeQueueSize');
  if (handed === null || queued === null) return socket.bytesWritten - socket.writableLength;
  return handed - queued;
};
