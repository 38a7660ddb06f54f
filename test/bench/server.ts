import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Transport } from '../../src/text/endpoint.ts';
import { freePort } from '../support/net/free-port.ts';
import { until } from '../support/wait.ts';
import { type Child, type Command, startChild } from './child.ts';

/** An echo server in a process of its own, that has answered. */
export interface Server extends AsyncDisposable {
  readonly transport: Transport;
  readonly port: number;
  readonly child: Child;
}

const host = '127.0.0.1';
/** Another program may take a free port before the one it was found for. */
const attempts = 3;
/** How long one question waits for its answer, ms: a datagram that comes before the server is lost. */
const answerMs = 200;

/** Starts a server on a free port and waits until it echoes: the peers have no other sign in common. */
export const startServer = async (transport: Transport, command: (port: number) => Command): Promise<Server> => {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort({ transport, host });
    const words = command(port);
    const child = startChild(words);
    try {
      await until(async () => child.ending() !== null || (await echoes[transport](port)), `${words[0]} to echo`);
      if (child.ending() === null) return { transport, port, child, [Symbol.asyncDispose]: () => end(child) };
      if (attempt === attempts) throw new Error(`${words[0]}: ${child.ending()}: ${child.stderr()}`);
      await end(child);
    } catch (error) {
      await end(child);
      throw error;
    }
  }
};

const end = (child: Child): Promise<void> => Promise.resolve(child[Symbol.asyncDispose]());

/** Whether what listens there gives back what it was sent. */
const echoes = {
  tcp: async (port: number): Promise<boolean> => {
    const socket = connect({ port, host });
    socket.setTimeout(answerMs, () => socket.destroy(new Error('no answer')));
    try {
      socket.write('?');
      const [answer]: Buffer[] = await once(socket, 'data');
      return answer?.toString() === '?';
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  },
  udp: async (port: number): Promise<boolean> => {
    const socket = createSocket('udp4');
    const patience = AbortSignal.timeout(answerMs);
    try {
      socket.send('?', port, host);
      const [answer]: Buffer[] = await once(socket, 'message', { signal: patience });
      return answer?.toString() === '?';
    } catch {
      return false;
    } finally {
      socket.close();
    }
  },
} as const;
