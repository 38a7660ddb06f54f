import type { Socket } from 'node:net';

/** Ways for a TCP server to echo wrongly: each is what it does with a connection. */

/** Answers with what `change` makes of each chunk; `offset` is that of its first byte. */
export const answering =
  (change: (chunk: Buffer, offset: number) => Buffer, closes = true) =>
  (socket: Socket): void => {
    let offset = 0;
    socket.on('data', (chunk) => {
      socket.write(change(chunk, offset));
      offset += chunk.length;
    });
    if (closes) socket.on('end', () => socket.end());
  };

/** A change to the byte at this offset alone. */
export const at = (offset: number, change: (byte: number) => number[]) =>
  answering((chunk, from) => {
    const place = offset - from;
    if (place < 0 || place >= chunk.length) return chunk;
    return Buffer.concat([chunk.subarray(0, place), Buffer.from(change(chunk[place] ?? 0)), chunk.subarray(place + 1)]);
  });

export const alters = at(1000, (byte) => [byte ^ 0xff]);
export const loses = at(1000, () => []);
export const doubles = at(1000, (byte) => [byte, byte]);
export const reverses = answering((chunk) => Buffer.from(chunk).reverse());

/** Gives each of so many connections what came on another, once something has come on all. */
export const confuses = (connections: number) => {
  const sockets: Socket[] = [];
  const held: (() => void)[] = [];
  return (socket: Socket): void => {
    const place = sockets.push(socket);
    socket.on('data', (chunk) => {
      held.push(() => sockets[place % connections]?.write(chunk));
      if (held.length === connections) for (const give of held.splice(0)) give();
    });
  };
};

/** Ends in its own way once so many bytes have come. */
export const endsAfter =
  (bytes: number, end: (socket: Socket) => void) =>
  (socket: Socket): void => {
    let came = 0;
    socket.on('data', (chunk) => {
      came += chunk.length;
      if (came < bytes) socket.write(chunk);
      else end(socket);
    });
  };
