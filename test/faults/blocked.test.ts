import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { stateHome } from '../e2e/program.ts';
import { until } from '../support/wait.ts';

/** At its nth SIGUSR2 the main thread does nothing more until a file `<path>n` is there. It takes no processor time. */
const blocking = (path: string) =>
  `--import data:text/javascript,${encodeURIComponent(`
  import { existsSync, writeSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  const never = new Int32Array(new SharedArrayBuffer(4));
  let count = 0;
  if (isMainThread) process.on('SIGUSR2', () => {
    count += 1;
    writeSync(2, 'blocked ' + count + '\\n');
    while (!existsSync('${path}' + count)) Atomics.wait(never, 0, 0, 50);
    writeSync(2, 'free ' + count + '\\n');
  });
`)}`;

describe('a main thread that is blocked', () => {
  it('does not slow the echo, and all events come afterwards', async () => {
    const release = join(stateHome(), 'release');
    const args = [':0', '--json', '--stats', '20ms'];
    await using server = await startServer(args, { env: { NODE_OPTIONS: blocking(release) } });
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let [sent, received] = [0, 0];
    let answered = () => {};
    socket.on('data', ({ length }) => {
      received += length;
      if (received === sent) answered();
    });
    /** How long round trips take one after another, ms. */
    const talk = async (times: number): Promise<number> => {
      const from = performance.now();
      for (let n = 0; n < times; n++) {
        sent += 4;
        await new Promise<void>((resolve) => {
          answered = resolve;
          socket.write('ping');
        });
      }
      return performance.now() - from;
    };
    await talk(200);
    // The quickest of many short rounds in turn: what else the machine does only makes a round slower.
    let [quickestFree, quickestBlocked] = [Infinity, Infinity];
    for (let round = 1; round <= 10; round++) {
      quickestFree = Math.min(quickestFree, await talk(50));
      server.signal('SIGUSR2');
      await until(() => server.stderr().endsWith(`blocked ${round}\n`), 'the main thread to be blocked');
      await talk(10);
      const events = server.events().length;
      quickestBlocked = Math.min(quickestBlocked, await talk(50));
      expect(server.events(), 'it is blocked').toHaveLength(events);
      writeFileSync(`${release}${round}`, '');
      await until(() => server.stderr().endsWith(`free ${round}\n`), 'the main thread to go on');
    }
    expect(quickestBlocked).toBeLessThan(3 * quickestFree);
    socket.end();
    expect(await server.event('close')).toMatchObject({ how: 'fin', bytesIn: sent, bytesOut: sent });
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
  });
});
