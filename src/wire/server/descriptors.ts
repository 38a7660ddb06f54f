import { createSocket } from 'node:dgram';
import { codeOf } from '../../text/system-error.ts';

/**
 * Whether the process can open no further file: resolves to the error (EMFILE, ENFILE), null where it can.
 *
 * Asked for because nobody tells: when accept fails with EMFILE, libuv closes a spare file, accepts and closes every
 * waiting connection with it, and reports nothing (uv__emfile_trick). So this opens a socket itself.
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
