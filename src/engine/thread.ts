import { extname } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { WireOptions } from './protocol.ts';

/** A thread that has started, or is about to, and waits for its options. */
interface Waiting {
  readonly worker: Worker;
  readonly begin: MessagePort;
}

/** `thread` counts the threads from 0. */
const start = (thread: number): Waiting => {
  const { port1: begin, port2: options } = new MessageChannel();
  // Under Vitest the worker runs from its source, in the package from the build: same place, other extension.
  const entry = new URL(`../wire/worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    name: `wire ${thread}`,
    workerData: options,
    transferList: [options],
  });
  return { worker, begin };
};

let prepared: Waiting | null = null;

/**
 * Starts a thread ahead of its options. That takes as long as reading the command line (50 ms), so both go on at once.
 * A thread that nobody takes ends with the process, and does not hold it up.
 */
export const prepareThread = (): void => {
  prepared ??= start(0);
  prepared.worker.unref();
};

/** A thread that holds sockets (see wire/worker.ts): the prepared one, or a new one. */
export const startThread = (options: WireOptions): Worker => {
  const { worker, begin } = prepared ?? start(options.thread);
  prepared = null;
  worker.ref();
  begin.postMessage(options);
  return worker;
};
