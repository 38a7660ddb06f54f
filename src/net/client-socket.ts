import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, isIPv6, type OnReadOpts, type Socket } from 'node:net';

export interface TcpClientOptions {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** After so many ms without a connection the socket fails with ETIMEDOUT; the system would try for two minutes. */
  readonly timeoutMs?: number;
  /** Reads go into this buffer, in place of fresh memory and `data` events. */
  readonly onread?: OnReadOpts;
}

/** A socket that connects: without Nagle's delay, and open for sending until `end` when the peer half-closes. */
export const connectTcp = ({ timeoutMs, ...options }: TcpClientOptions): Socket => {
  const socket = connect({ ...options, allowHalfOpen: true, noDelay: true });
  if (timeoutMs === undefined) return socket;
  const timer = setTimeout(
    () => socket.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' })),
    timeoutMs,
  );
  const stop = (): void => clearTimeout(timer);
  return socket.once('connect', stop).once('close', stop);
};

/**
 * Breaks a connection off with RST.
 *
 * While the system is being asked to send our FIN, libuv refuses to close with RST (EINVAL, uv_tcp_close_reset), and
 * Node then loses the handle: the connection would stay open for good, and the thread could not be ended any more. So
 * RST waits for that FIN, which is a matter of one turn of the event loop; bytes that the peer does not take are no
 * reason to wait.
 */
export function resetTcp(socket: Socket): void {
  const isFinishing = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (isFinishing) socket.once('finish', () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}

/**
 * A UDP socket that connects to an address, so that the kernel lets in that peer's datagrams alone, and reports the ICMP
 * error where nothing listens. It has the family of the address from the start. All its errors are `error` events.
 */
export const connectUdp = (address: string, port: number): UdpSocket => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.connect(port, address);
  return socket;
};
