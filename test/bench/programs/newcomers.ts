/**
 * Newcomers, all at once: `node newcomers.ts PORT COUNT`. Each connects and sends 64 bytes. Prints how long it took until the
 * last of them had its bytes back, ms. Ends with status 1 where one fails or gets something else back.
 */
import { connect } from 'node:net';

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const word = Buffer.alloc(64, 'echo');

const newcomer = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(word));
    let received = 0;
    socket.on('error', reject);
    socket.on('end', () => reject(new Error('the server ended a connection')));
    socket.on('data', (bytes) => {
      if (!bytes.equals(word.subarray(received, received + bytes.length))) reject(new Error('altered bytes'));
      received += bytes.length;
      if (received === word.length) resolve();
    });
  });

const from = performance.now();
await Promise.all(Array.from({ length: count }, newcomer));
process.stdout.write(`${performance.now() - from}\n`, () => process.exit(0));
