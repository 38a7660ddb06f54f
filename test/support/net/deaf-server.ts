import { readSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/**
 * A server whose queue of connections that are not yet accepted is full after two (listen(2)): `node deaf-server.ts HOST`, see deaf.ts.
 * It prints its port, and accepts nothing before its input has something to read: then it echoes.
 */
const server: Server = createServer((socket) => socket.pipe(socket));
server.listen({ host: process.argv[2], port: 0, backlog: 1 }, () => {
  const address = server.address();
  writeSync(1, `${address !== null && typeof address === 'object' ? address.port : 0}\n`);
  readSync(0, Buffer.alloc(1));
});
