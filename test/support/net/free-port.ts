import { randomInt } from 'node:crypto';
import { createSocket, Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Transport } from '../../../src/text/endpoint.ts';

/** Where a server of someone else is to listen. */
export interface Place {
  readonly transport: Transport;
  readonly host: string;
}

/**
 * A port that is free now, below those that the system gives to whoever asks for any (32,768 and up on Linux): no client
 * of another test takes it before it is used, or between a server and the next one on the same port.
 */
export async function freePort(place: Place): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(place, port)) return port;
  }
}

async function isFree({ transport, host }: Place, port: number): Promise<boolean> {
  const opened = transport === 'udp' ? createSocket(host.includes(':') ? 'udp6' : 'udp4') : createServer();
  if (opened instanceof Socket) opened.bind(port, host);
  else opened.listen(port, host);
  try {
    await once(opened, 'listening');
  } catch {
    return false;
  }
  opened.close();
  await once(opened, 'close');
  return true;
}
