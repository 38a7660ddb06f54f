import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account, ClientConnection } from './account.ts';

/** Where clients go, and what they are told. */
export interface Target {
  readonly port: number;
  readonly account: Account;
  /** Set when no new connection is to begin. */
  readonly isOver: () => boolean;
  /** An echo that is none, or a connection that got stuck. */
  readonly complain: (words: string) => void;
}

/** Comes and goes until the end of the run. */
export type Client = (target: Target) => Promise<void>;

/** Bytes whose period is a prime: shifted, lost or doubled ones do not look the same. */
const pattern = Buffer.from(Array.from({ length: 251 * 1024 }, (_, n) => n % 251));
const at = (offset: number, length: number): Buffer => pattern.subarray(offset % 251, (offset % 251) + length);

/** No connection that is not the whole run takes this long, ms. */
const patienceMs = 60_000;

/** A connection whose echo is compared as it comes. */
const open = async ({ port, account, complain }: Target): Promise<{ socket: Socket; entry: ClientConnection }> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const entry = account.enter('tcp', `${socket.localAddress}:${socket.localPort}`);
  socket.on('data', (bytes) => {
    if (!bytes.equals(at(entry.received, bytes.length)))
      complain(`${entry.peer}: no echo from byte ${entry.received} on`);
    entry.received += bytes.length;
  });
  return { socket, entry };
};

/** Hands over the next bytes, and waits while the kernel does not take them. */
const send = async (socket: Socket, entry: ClientConnection, length: number): Promise<void> => {
  const bytes = at(entry.sent, length);
  entry.sent += length;
  if (!socket.write(bytes)) await drained(socket);
};

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });

/** Half-closes, and reads the echo to its end. */
const finish = async (socket: Socket, entry: ClientConnection, { complain }: Target): Promise<void> => {
  const ended = once(socket, 'end').then(() => true);
  socket.end();
  entry.isWhole = await Promise.race([ended, delay(patienceMs, false, { ref: false })]);
  if (!entry.isWhole) complain(`${entry.peer}: no FIN came back within ${patienceMs / 1000} s`);
  socket.destroy();
};

const repeat =
  (once: (target: Target) => Promise<void>): Client =>
  async (target) => {
    while (!target.isOver()) await once(target);
  };

/** Connects, says up to 4 KiB in a few words, half-closes, and hears it all back. */
export const caller = repeat(async (target) => {
  const { socket, entry } = await open(target);
  for (let words = randomInt(1, 5); words > 0; words--) await send(socket, entry, randomInt(1, 1024));
  await finish(socket, entry, target);
  await delay(randomInt(1, 10));
});

/** Breaks off with RST, somewhere. */
export const breaker = repeat(async (target) => {
  const { socket, entry } = await open(target);
  for (let words = randomInt(0, 20); words > 0; words--) await send(socket, entry, randomInt(1, 64 * 1024));
  if (randomInt(2) === 0) socket.resetAndDestroy();
  else socket.destroy();
  await delay(randomInt(1, 20));
});

/** Sends a megabyte, and reads it back in sips. */
export const sipper = repeat(async (target) => {
  const { socket, entry } = await open(target);
  const isSipping = setInterval(() => {
    if (socket.isPaused()) socket.resume();
    else socket.pause();
  }, 5);
  for (let pieces = 16; pieces > 0 && !target.isOver(); pieces--) await send(socket, entry, 64 * 1024);
  clearInterval(isSipping);
  socket.resume();
  await finish(socket, entry, target);
});

/** One connection for the whole run, full most of the time. */
export const streamer: Client = async (target) => {
  const { socket, entry } = await open(target);
  while (!target.isOver()) {
    for (let pieces = 32; pieces > 0; pieces--) await send(socket, entry, 64 * 1024);
    // The others are to have their share of the machine.
    await delay(20);
  }
  await finish(socket, entry, target);
};

/** Datagrams of every size, one at a time; one that does not come back is said. */
export const shouter: Client = async ({ port, account, isOver, complain }) => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const entry = account.enter('udp', `127.0.0.1:${socket.address().port}`);
  entry.isWhole = true;
  while (!isOver()) {
    const bytes = at(entry.sent, randomInt(1, 9000));
    entry.sent += bytes.length;
    const answer = once(socket, 'message').then(([message]: Buffer[]) => message ?? null);
    socket.send(bytes, port, '127.0.0.1');
    const echo = await Promise.race([answer, delay(5000, null, { ref: false })]);
    if (echo?.equals(bytes) !== true) {
      complain(`${entry.peer}: a datagram of ${bytes.length} B did not come back`);
      entry.isWhole = false;
      break;
    }
    entry.received += echo.length;
    await delay(randomInt(1, 5));
  }
  socket.close();
};
