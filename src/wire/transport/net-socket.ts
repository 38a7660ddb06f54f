import type { Socket } from 'node:net';

/** A number that Node keeps on a socket's private handle, null where it is not as expected. */
const onHandle = (socket: Socket, name: string): number | null => {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const value: unknown = Reflect.get(handle, name);
  return typeof value === 'number' ? value : null;
};

/**
 * Bytes that the kernel has taken from a socket since it was opened.
 *
 * Node's public numbers count a buffer as waiting until the last of its bytes is taken. libuv knows better: what was
 * handed to it, less what is left in its queue, which shrinks with every partial send. Both are on the private handle.
 * Without it the public numbers are used, and bytes are counted a buffer at a time.
 */
export const takenBytes = (socket: Socket): number => {
  const handed = onHandle(socket, 'bytesWritten');
  const queued = onHandle(socket, 'writeQueueSize');
  if (handed === null || queued === null) return socket.bytesWritten - socket.writableLength;
  return handed - queued;
};
