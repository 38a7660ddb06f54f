import { connect, type Socket } from 'node:net';

/**
 * A program that opens many connections at once, as a crowd of clients would: `node crowd.ts PORT COUNT [BYTES]`. Connection
 * n sends the digits of n, filled up to so many bytes, and waits until they have come back. The program then says `echoed`,
 * keeps all of them open until its input ends, half-closes each, and says `closed` when every one has had its peer's FIN.
 */
const [port = 0, count = 0, bytes = 0] = process.argv.slice(2).map(Number);

/** Connections being opened at once: fewer than a backlog holds, so that none waits for a second SYN. */
const abreast = 200;

const open = (n: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    // Nothing is kept of what went to and fro: thousands of these stay.
    let word = Buffer.from(String(n).padEnd(bytes, '.'));
    socket.on('error', reject);
    socket.on('connect', () => socket.write(word));
    socket.on('data', (piece) => {
      const isEcho = word.subarray(0, piece.length).equals(piece);
      word = word.subarray(piece.length);
      if (!isEcho) reject(new Error(`connection ${n} got something else back`));
      else if (word.length === 0) {
        word = Buffer.alloc(0);
        resolve(socket);
      }
    });
  });

const sockets: Socket[] = [];
while (sockets.length < count) {
  const batch = Array.from({ length: Math.min(abreast, count - sockets.length) }, (_, i) => open(sockets.length + i));
  sockets.push(...(await Promise.all(batch)));
}
console.log('echoed');
for await (const _ of process.stdin);
await Promise.all(
  sockets.map(
    (socket) =>
      new Promise((resolve) => {
        socket.on('end', resolve);
        socket.end();
      }),
  ),
);
console.log('closed');
