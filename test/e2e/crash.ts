import { writeSync } from 'node:fs';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/**
 * Preloaded into the program: on SIGUSR2 something fails that nothing there awaits, in the way that its URL names. Signals
 * reach the main thread alone, so it passes them on. `meter` and `worker-unloaded` fail from the start.
 */
const channel = new BroadcastChannel('crash');
channel.unref();

const how = new URL(import.meta.url).searchParams.get('how');

const fail = () => {
  throw new Error('boom\nand its second line');
};

/** Takes memory until none is left: quickly under a small --max-old-space-size. */
const exhaust = () => {
  const all: unknown[] = [];
  // A little in each turn of the loop: Node ends the worker between two of them. In one go V8 now and then found memory
  // used up before the worker had ended, and aborted the process.
  const takeMore = () => {
    all.push(Array.from({ length: 10_000 }, () => ({})));
    setImmediate(takeMore);
  };
  takeMore();
};

/** Blocks a worker until it is ended, and says so past all that it shares with the main thread. */
const stick = () => {
  writeSync(2, 'stuck\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

/** What the next to call the method of an object, or of those whose prototype it is, gets. */
const poison = (of: object, method: string): void => {
  Object.defineProperty(of, method, { value: fail });
};

if (isMainThread) {
  // What a bench asks first, and no other face.
  if (how === 'meter') poison(performance, 'eventLoopUtilization');
  process.on('SIGUSR2', () => {
    // Decimals are written while times are drawn, and a draft becomes bytes while a key is reduced, and at no other time.
    if (how === 'component') poison(Number.prototype, 'toFixed');
    else if (how === 'reducer') poison(TextEncoder.prototype, 'encode');
    else if (how === 'exception') setImmediate(fail);
    else if (how === 'rejection') void Promise.reject(new Error('boom'));
    else channel.postMessage('now');
  });
} else {
  channel.onmessage = () => {
    if (how === 'worker-exit') process.exit(7);
    if (how === 'worker-stuck') stick();
    else setImmediate(how === 'worker-memory' ? exhaust : fail);
  };
  if (how === 'worker-unloaded') stick();
}
