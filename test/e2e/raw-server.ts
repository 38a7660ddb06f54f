import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server of the test's own, for what ours never does, and every connection that it accepted. */
export interface RawServer {
  readonly port: number;
  readonly sockets: readonly Socket[];
  /** What came on all of them, in order. */
  readonly received: () => Buffer;
  /** How the connections went, in the words of their events. */
  readonly ends: readonly string[];
  /** Closes it and its connections. */
  readonly close: () => Promise<void>;
}

/** Listens on a free port of loopback until the end of the test. `answer` is called with each chunk that comes. */
export const openRawServer = async (
  answer: (socket: Socket, chunk: Buffer) => void = () => undefined,
): Promise<RawServer> => {
  const sockets: Socket[] = [];
  const chunks: Buffer[] = [];
  const ends: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      answer(socket, chunk);
    });
    socket.on('end', () => ends.push('FIN'));
    socket.on('error', (error) => ends.push('code' in error ? String(error.code) : error.message));
  });
  const port = await listening(server);
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  onTestFinished(() => void close());
  return { port, sockets, received: () => Buffer.concat(chunks), ends, close };
};

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};
