import type { Server } from 'node:net';
import type { Ends } from '../../memory/ledger/writer.ts';
import { type Transport, unknownHost } from '../../text/endpoint.ts';
import type { SocketName } from './kernel-state.ts';
import { RawStream } from './raw-stream.ts';
import type { Stream } from './stream.ts';
import { findStreamCalls, isStreamHandle, type StreamHandle } from './stream-handle.ts';

const unknown: SocketName = { address: unknownHost, port: 0 };
/** Filled in by every name call: to add three properties to an empty object takes longer than the call. */
const name = { address: '', family: '', port: 0 };

const nameOf = (status: number): SocketName => (status < 0 ? unknown : { address: name.address, port: name.port });

/** `local` is our end where it is known without a call. */
const endsOf = (handle: StreamHandle, transport: Transport, local: SocketName | null): Ends => {
  const peer = nameOf(handle.getpeername(name));
  const { address, port } = local ?? nameOf(handle.getsockname(name));
  return { transport, peerHost: peer.address, peerPort: peer.port, localHost: address, localPort: port };
};

/** Our end of all connections of a listener; null where it listens on every address, and they differ. */
const localOf = (server: Server): SocketName | null => {
  const bound = server.address();
  if (bound === null || typeof bound !== 'object' || /^[0.]+$|^::$/.test(bound.address)) return null;
  return { address: bound.address, port: bound.port };
};

/**
 * Makes a listening server accept raw streams from now on. It no longer counts connections, nor emits 'connection'. Returns
 * false, and does nothing, where this Node has other internals.
 */
export const acceptRaw = (server: Server, transport: Transport, onStream: (stream: Stream) => void): boolean => {
  const calls = findStreamCalls();
  const listener: unknown = Reflect.get(server, '_handle');
  if (calls === null || typeof listener !== 'object' || listener === null) return false;
  const original: unknown = Reflect.get(listener, 'onconnection');
  if (typeof original !== 'function') return false;
  const local = localOf(server);
  return Reflect.set(listener, 'onconnection', (status: number, handle: unknown) => {
    if (isStreamHandle(handle)) onStream(new RawStream(handle, endsOf(handle, transport, local), calls));
    // The server still reports what failed.
    else Reflect.apply(original, listener, [status, handle]);
  });
};
