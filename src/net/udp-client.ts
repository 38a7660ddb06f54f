import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/**
 * A UDP socket that connects to an address, so that the kernel lets in that peer's datagrams alone, and reports the ICMP
 * error where nothing listens. It has the family of the address from the start. All its errors are `error` events.
 */
export const connectUdp = (address: string, port: number): Socket => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.connect(port, address);
  return socket;
};
