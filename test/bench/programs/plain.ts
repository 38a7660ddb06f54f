import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';

/** The echo servers that people write with Node in a few lines: `node plain.ts pipe|data|dgram PORT`. */
const [kind, port] = process.argv.slice(-2);

const serve = (echo: (socket: Socket) => void): void => {
  createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // A peer that breaks off is no reason to end.
    socket.on('error', () => undefined);
    echo(socket);
  }).listen({ host: '127.0.0.1', port: Number(port), backlog: 511 });
};

switch (kind) {
  case 'pipe':
    serve((socket) => socket.pipe(socket));
    break;
  case 'data':
    serve((socket) => {
      socket.on('data', (bytes) => {
        if (socket.write(bytes)) return;
        socket.pause();
        socket.once('drain', () => socket.resume());
      });
      socket.on('end', () => socket.end());
    });
    break;
  case 'dgram': {
    const socket = createSocket('udp4');
    socket.on('message', (bytes, peer) => socket.send(bytes, peer.port, peer.address));
    socket.bind(Number(port), '127.0.0.1');
    break;
  }
  default:
    throw new Error('usage: node plain.ts pipe|data|dgram PORT');
}
