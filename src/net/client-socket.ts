import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { isIPv6, type Socket } from 'node:net';

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
