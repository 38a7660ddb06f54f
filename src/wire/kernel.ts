import type { Socket } from 'node:net';

/**
 * Bytes handed to a socket that the kernel has not taken yet.
 *
 * `writableLength` counts a buffer as waiting until the last of its bytes is taken. libuv's own queue, which Node keeps
 * on the private handle, shrinks with every partial send. Where the handle is not as expected, the public number is
 * used: then bytes are counted a buffer at a time.
 */
export const untakenBytes = (socket: Socket): number => {
  const waiting = socket.writableLength;
  if (waiting === 0) return 0;
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return waiting;
  const queued: unknown = Reflect.get(handle, 'writeQueueSize');
  return typeof queued === 'number' && queued <= waiting ? queued : waiting;
};
