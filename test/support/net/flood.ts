import { connect, type Socket } from 'node:net';

/**
 * A program of hostile peers: `node flood.ts PORT COUNT BYTES`. Each connects, never reads, and sends so many bytes without
 * one line's end. It says `connected`, then `flooded` once nobody can send any more: all was taken, the peer takes nothing,
 * or has broken it off. It ends all connections when its input ends.
 */
const [port = 0, count = 0, bytes = 0] = process.argv.slice(2).map(Number);

const piece = Buffer.alloc(64 * 1024, 'x');
/** Connections being opened at once: fewer than a backlog holds. */
const abreast = 200;
/** After so long without a byte taken from anyone it is over, ms. */
const silenceMs = 1500;

let lastMs = performance.now();

const flood = (socket: Socket): void => {
  let left = bytes;
  const send = (): void => {
    lastMs = performance.now();
    if (left <= 0 || socket.destroyed) return;
    const next = piece.subarray(0, left);
    left -= next.length;
    socket.write(next, (error) => (error ? undefined : send()));
  };
  send();
};

const open = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.pause();
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

const sockets: Socket[] = [];
while (sockets.length < count)
  sockets.push(...(await Promise.all(Array.from({ length: Math.min(abreast, count - sockets.length) }, open))));
console.log('connected');
for (const socket of sockets) flood(socket);
const timer = setInterval(() => {
  if (performance.now() - lastMs < silenceMs) return;
  clearInterval(timer);
  console.log('flooded');
}, 100);
for await (const _ of process.stdin);
process.exit();
