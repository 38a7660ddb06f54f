import { createSocket } from 'node:dgram';
import { codeOf } from '../../text/system-error.ts';

/**
 * Whether the process can open no further descriptor: resolves to the error (EMFILE, ENFILE), null where it can.
 *
 * When accept fails with EMFILE, libuv closes a spare descriptor, accepts and closes every waiting connection with it, and
 * reports nothing (uv__emfile_trick). So this opens a socket to find out.
 */
export const descriptorsExhausted = (): Promise<Error | null> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const answer = (error: Error | null): void => {
      socket.close();
      resolve(error !== null && ['EMFILE', 'ENFILE'].includes(codeOf(error)) ? error : null);
    };
    socket.once('error', answer);
    socket.bind({ address: '127.0.0.1', port: 0, exclusive: true }, () => answer(null));
  });
