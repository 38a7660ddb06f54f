import type { MessagePort } from 'node:worker_threads';
import type { WireOptions } from '../engine/protocol.ts';

/**
 * What this thread is to be, from the port that it was started with. Commands wait meanwhile: the parent's port is read
 * only when somebody listens.
 */
export const receiveOptions = (port: MessagePort): Promise<WireOptions> =>
  new Promise((resolve) => {
    port.once('message', (options: WireOptions) => {
      port.close();
      resolve(options);
    });
  });
