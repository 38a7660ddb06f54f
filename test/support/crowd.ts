import { connect, type Socket } from 'node:net';

/**
 * A program that opens many connections at once, as a crowd of clients would: `node crowd.ts PORT COUNT [BYTES]`. Connection n
 * sends the digits of n, and what is wanting to so many bytes, and waits until they have come back. The program then says `echoed`, keeps all of them open
 * until its input ends, half-closes each, and says `closed` when every one has had its peer's FIN.
 */
const [port = 0, count = 0, bytes = 0] = process.argv.slice(2).map(Number);

/** Connections being opened at once: fewer than a backlog holds, so that none waits for a second SYN. */
const abreast = 200;

const open = (n: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const word = Buffer.from(String(n).padEnd(bytes, '.'));
    const answer: Buffer[] = [];
    let missing = word.length;
    socket.on('error', reject);
    socket.on('connect', () => socket.write(word));
    socket.on('data', (piece) => {
      answer.push(piece);
      missing -= piece.length;
      if (missing > 0) return;
      if (Buffer.concat(answer).equals(word)) resolve(socket);
      else reject(new Error(`connection ${n} got something else back`));
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
