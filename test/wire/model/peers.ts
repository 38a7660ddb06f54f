import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Origin } from './step.ts';

/** The address that programs are turned away from. */
export const deniedHost = '127.0.0.66';

const ends = (origin: Origin): { readonly host: string; readonly localAddress: string } =>
  origin === '::1'
    ? { host: origin, localAddress: origin }
    : { host: '127.0.0.1', localAddress: origin === 'denied' ? deniedHost : origin };

const named = (address = '?', port = 0): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** A real TCP client that does at once what it is told. */
export class TcpPeer {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  /** How it ended for this client. */
  ended: 'FIN' | 'RST' | 'own' | null = null;
  local = '?';

  private constructor(port: number, origin: Origin) {
    this.#socket = connect({ port, ...ends(origin), allowHalfOpen: true, noDelay: true });
    this.#socket.on('data', (bytes: Buffer) => {
      this.#chunks.push(bytes);
      this.#length += bytes.length;
    });
    this.#socket.on('end', () => {
      this.ended ??= 'FIN';
    });
    this.#socket.on('error', () => {
      this.ended ??= 'RST';
    });
  }

  /** Connects, or is turned away with RST, which may come before it has noticed that it was connected. */
  static async open(port: number, origin: Origin): Promise<TcpPeer> {
    const peer = new TcpPeer(port, origin);
    const { promise, resolve } = Promise.withResolvers<void>();
    peer.#socket.once('connect', () => {
      peer.local = named(peer.#socket.localAddress, peer.#socket.localPort);
      resolve();
    });
    peer.#socket.once('close', resolve);
    await promise;
    return peer;
  }

  get length(): number {
    return this.#length;
  }

  received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  fin(): void {
    this.#socket.end();
  }

  rst(): void {
    this.ended ??= 'own';
    this.#socket.resetAndDestroy();
  }

  vanish(): void {
    this.ended ??= 'own';
    this.#socket.destroy();
  }
}

/** A real UDP client. */
export class UdpClient {
  readonly #socket: UdpSocket;
  readonly received: Buffer[] = [];
  local = '?';

  private constructor(origin: Origin) {
    this.#socket = createSocket(origin === '::1' ? 'udp6' : 'udp4');
    this.#socket.on('message', (bytes) => this.received.push(bytes));
    this.#socket.on('error', () => undefined);
  }

  /** From none of the `forbidden` ports: a server answers nobody who has the port of one of its listeners. */
  static async open(port: number, origin: Origin, forbidden: readonly number[]): Promise<UdpClient> {
    const client = new UdpClient(origin);
    const { host, localAddress } = ends(origin);
    client.#socket.bind({ address: localAddress, port: 0, exclusive: true });
    await once(client.#socket, 'listening');
    if (forbidden.includes(client.#socket.address().port)) {
      client.close();
      return UdpClient.open(port, origin, forbidden);
    }
    client.#socket.connect(port, host);
    await once(client.#socket, 'connect');
    const { address, port: own } = client.#socket.address();
    client.local = named(address, own);
    return client;
  }

  write(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close();
  }
}
