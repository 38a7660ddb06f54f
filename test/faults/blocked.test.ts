import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { stateHome } from '../e2e/program.ts';
import { openClient } from '../support/net/client.ts';
import { until } from '../support/wait.ts';

/** At SIGUSR2 the main thread says so, and does nothing more until a file is there. It takes no processor time. */
const blocking = (file: string) =>
  `--import data:text/javascript,${encodeURIComponent(`
  import { existsSync, writeSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  const never = new Int32Array(new SharedArrayBuffer(4));
  if (isMainThread) process.on('SIGUSR2', () => {
    writeSync(2, 'blocked');
    while (!existsSync('${file}')) Atomics.wait(never, 0, 0, 50);
  });
`)}`;

describe('a main thread that is blocked', () => {
  it('costs the wire nothing: it goes on echoing, and all of it is told afterwards', async () => {
    const release = join(stateHome(), 'release');
    const args = [':0', '--json', '--stats', '20ms'];
    await using server = await startServer(args, { env: { NODE_OPTIONS: blocking(release) } });
    const client = await openClient(server.port);
    let sent = 0;
    const talk = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++) {
        await client.write('ping');
        sent += 4;
        await client.receive(sent);
      }
    };
    await talk(10);
    server.signal('SIGUSR2');
    await until(() => server.stderr() === 'blocked', 'the main thread to be blocked');
    await talk(10);
    const told = server.events().length;
    await talk(200);
    expect(server.events(), 'it is blocked').toHaveLength(told);
    writeFileSync(release, '');
    client.end();
    await client.ended;
    expect(await server.event('close')).toMatchObject({ how: 'fin', bytesIn: sent, bytesOut: sent });
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    client.destroy();
  });
});
