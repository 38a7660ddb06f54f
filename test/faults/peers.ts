import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Peers of a server: `node peers.ts HOST PORT COUNT BYTES`. Each connects, hands BYTES bytes to the kernel, and never
 * reads. Says `open` once all are connected, and stays until its input ends.
 */
const [host = '', port = '', count = '', bytes = ''] = process.argv.slice(2);
const data = Buffer.alloc(Number(bytes), 'x');

/** Connections being opened at once: fewer than a backlog holds. */
const abreast = 200;

for (let opened = 0; opened < Number(count); opened += abreast)
  await Promise.all(
    Array.from({ length: Math.min(abreast, Number(count) - opened) }, async () => {
      const socket = connect({ host, port: Number(port) });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(data);
    }),
  );
console.log('open');
for await (const _ of process.stdin);
process.exit();
