import type { Server } from 'node:net';
import type { Ends } from '../../memory/ledger/writer.ts';
import { RawStream } from './raw-stream.ts';
import type { Stream } from './stream.ts';
import { findStreamCalls, isStreamHandle, type SocketName, type StreamHandle } from './stream-handle.ts';

const unknown: SocketName = { address: '?', port: 0 };
/** What a name call fills in, of whatever socket: three properties added to an empty object take longer than the call. */
const name = { address: '', family: '', port: 0 };

const nameOf = (status: number): SocketName => (status < 0 ? unknown : { address: name.address, port: name.port });

/** `local` is our end where that is known without asking. */
const endsOf = (handle: StreamHandle, local: SocketName | null): Ends => {
  const peer = nameOf(handle.getpeername(name));
  const { address, port } = local ?? nameOf(handle.getsockname(name));
  return { transport: 'tcp', peerHost: peer.address, peerPort: peer.port, localHost: address, localPort: port };
};

/** Our end of all that a listener accepts; null where it listens on every address, and they differ. */
const localOf = (server: Server): SocketName | null => {
  const bound = server.address();
  if (bound === null || typeof bound !== 'object' || /^[0.]+$|^::$/.test(bound.address)) return null;
  return { address: bound.address, port: bound.port };
};

/**
 * Has a server that listens give the connections it accepts as raw streams from now on; it no longer counts them, and its
 * 'connection' comes no more. Returns false, and does nothing, where this Node is not built as we know it.
 */
export const acceptRaw = (server: Server, onStream: (stream: Stream) => void): boolean => {
  const calls = findStreamCalls();
  const listener: unknown = Reflect.get(server, '_handle');
  if (calls === null || typeof listener !== 'object' || listener === null) return false;
  const usual: unknown = Reflect.get(listener, 'onconnection');
  if (typeof usual !== 'function') return false;
  const local = localOf(server);
  return Reflect.set(listener, 'onconnection', (status: number, handle: unknown) => {
    if (isStreamHandle(handle)) onStream(new RawStream(handle, endsOf(handle, local), calls));
    // What failed is told by the server, as ever.
    else Reflect.apply(usual, listener, [status, handle]);
  });
};
