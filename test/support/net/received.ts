import { until } from '../wait.ts';

/** What an outside client has received so far. */
export interface Received {
  received(): Buffer;
  /** Resolves once this many bytes, or this text, have come; rejects with what came instead after `timeoutMs`. */
  receive(wanted: number | string, timeoutMs?: number): Promise<void>;
}

/** Collects the bytes of a stream from now on. */
export function collect(stream: NodeJS.ReadableStream): Received {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const received = () => Buffer.concat(chunks);
  return {
    received,
    receive: async (wanted, timeoutMs) => {
      const has = () => (typeof wanted === 'number' ? received().length >= wanted : received().includes(wanted));
      const what = typeof wanted === 'number' ? `${wanted} bytes` : JSON.stringify(wanted);
      await until(has, what, timeoutMs).catch((cause: unknown) => {
        const start = JSON.stringify(received().toString('latin1').slice(0, 200));
        throw new Error(`received ${received().length} bytes, not ${what}: ${start}`, { cause });
      });
    },
  };
}
