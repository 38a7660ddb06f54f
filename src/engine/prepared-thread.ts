import { extname } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { WireOptions } from './protocol.ts';

/** A thread that waits for its options. */
interface PreparedThread {
  readonly worker: Worker;
  readonly optionsPort: MessagePort;
}

/** `thread` counts the threads from 0. */
const start = (thread: number): PreparedThread => {
  const { port1: optionsPort, port2: workerData } = new MessageChannel();
  // Under Vitest the worker runs from its source, in the package from the build: same place, other extension.
  const entry = new URL(`../wire/worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    name: `wire ${thread}`,
    workerData,
    transferList: [workerData],
  });
  return { worker, optionsPort };
};

let prepared: PreparedThread | null = null;

/**
 * Starts a thread ahead of its options. That takes as long as reading the command line (50 ms), so both run at once. A
 * thread that is not used ends with the process, and does not delay its end.
 */
export const prepareThread = (): void => {
  prepared ??= start(0);
  prepared.worker.unref();
};

/** A thread that holds sockets (see wire/worker.ts): the prepared one, or a new one. */
export const startThread = (options: WireOptions): Worker => {
  const { worker, optionsPort } = prepared ?? start(options.thread);
  prepared = null;
  worker.ref();
  optionsPort.postMessage(options);
  return worker;
};
