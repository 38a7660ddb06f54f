import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { spawnServer, startServer, watch } from '../commands/serve/server.ts';
import { openClient } from '../support/net/client.ts';
import { until } from '../support/wait.ts';
import { builtProgram } from './program.ts';

const program = builtProgram();

describe('echoscope serve, as it is built', () => {
  it('prints the events of a connection from beginning to end', async () => {
    await using server = await startServer([':0', '--json', '--data', 'text'], { program });
    const client = await openClient(server.port);
    await client.write('안녕');
    await client.receive('안녕');
    client.end();
    await client.ended;
    await server.event('close', { how: 'fin', bytesIn: 6, bytesOut: 6 });
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const events = server.events().map(({ event }) => event);
    expect(events).toEqual(['listening', 'open', 'data', 'half-close', 'half-close', 'close', 'stopped']);
    expect(server.stderr()).toBe('');
  });

  it('prints no deprecation warning of Node, even with NODE_PENDING_DEPRECATION', async () => {
    await using server = await startServer([':0'], { program, env: { NODE_PENDING_DEPRECATION: '1' } });
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.stderr()).toBe('');
  });

  it('ends with status 1 where it cannot listen, and with 2 for a mistake', async () => {
    await using server = await startServer([':0'], { program });
    await using second = watch(spawnServer([`:${server.port}`], { program }));
    expect(await second.exited).toEqual({ status: 1, signal: null });
    expect(second.stdout()).toBe('');
    expect(second.stderr()).toMatch(
      /^echoscope: bind: 127\.0\.0\.1:\d+: address already in use \(EADDRINUSE\) — .+\n$/,
    );
    await using third = watch(spawnServer(['--jsn'], { program }));
    expect(await third.exited).toEqual({ status: 2, signal: null });
  });

  it('ends quietly in a pipe whose reader has had enough', async () => {
    const script = '{ "$@"; echo "status $?" >&2; } | head -n 1';
    const child = spawn('sh', ['-c', script, 'sh', process.execPath, program, 'serve', ':0', '--json']);
    let first = '';
    child.stdout.on('data', (chunk: Buffer) => {
      first += chunk.toString();
    });
    const said = text(child.stderr);
    await until(() => first.endsWith('\n'), 'the first line');
    const { endpoint } = JSON.parse(first);
    const client = await openClient(Number(String(endpoint).split(':').at(-1)));
    expect(await client.ended).toBe('FIN');
    client.destroy();
    expect(await said).toBe('status 0\n');
  });

  it('does not load the screen', () => {
    const importedBy = (file: string): readonly string[] => {
      const found = readFileSync(file, 'utf8').matchAll(/\bfrom\s*["'`](\.[^"'`]+)["'`]/g);
      return [...found].flatMap(([, path = '']) => [join(file, '..', path), ...importedBy(join(file, '..', path))]);
    };
    const serve = join(program, '../chunks/serve.js');
    const all = [serve, ...importedBy(serve)];
    expect(all.filter((file) => readFileSync(file, 'utf8').includes('react.transitional.element'))).toEqual([]);
  });
});
