import { once } from 'node:events';
import { connect } from 'node:net';
import { collect, type Received } from './received.ts';

/** A bare TCP client outside the program. */
export interface Client extends Received {
  /** Its own end as the program shows it, `host:port`. */
  readonly local: string;
  /** Resolves when the kernel has taken the bytes. */
  write(data: string | Uint8Array): Promise<void>;
  /** Half-closes: FIN. */
  end(): void;
  /** Stops reading, as a peer does that cannot keep up. */
  pause(): void;
  resume(): void;
  /** Aborts the connection: RST. */
  reset(): void;
  destroy(): void;
  /** How it came to an end for this client: the peer's FIN or RST, or our own `reset` or `destroy`. */
  readonly ended: Promise<'FIN' | 'RST' | 'own'>;
}

/** Connects to a port; rejects where nothing listens. The client stays open for writing after the peer's FIN. */
export async function openClient(port: number, host = '127.0.0.1'): Promise<Client> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
  const received = collect(socket);
  await once(socket, 'connect');
  const ended = new Promise<'FIN' | 'RST' | 'own'>((resolve) => {
    socket.once('end', () => resolve('FIN'));
    socket.once('error', () => resolve('RST'));
    socket.once('close', () => resolve('own'));
  });
  return {
    ...received,
    local: `${socket.localAddress}:${socket.localPort}`,
    write: (data) =>
      new Promise((resolve, reject) => {
        socket.write(data, (error) => (error ? reject(error) : resolve()));
      }),
    end: () => {
      socket.end();
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    reset: () => {
      socket.resetAndDestroy();
    },
    destroy: () => {
      socket.destroy();
    },
    ended,
  };
}

/**
 * Knocks at a port and tells whether it was turned away with RST. That may come before the client has noticed that it
 * was connected.
 */
export async function isTurnedAway(port: number, host?: string): Promise<boolean> {
  try {
    const client = await openClient(port, host);
    const end = await client.ended;
    client.destroy();
    return end === 'RST';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') return true;
    throw error;
  }
}
