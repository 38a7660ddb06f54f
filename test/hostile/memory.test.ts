import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Compiled, compile } from '../bench/programs/compile.ts';
import { startServer } from '../commands/serve/server.ts';
import { builtProgram, startConsole } from '../e2e/program.ts';
import { residentBytes } from '../soak/watch.ts';
import { peakOf, startFlood } from '../support/net/flooding.ts';
import { requireProgram } from '../support/program.ts';
import { until } from '../support/wait.ts';

const program = builtProgram();
const mib = 2 ** 20;
const limitMs = 240_000;
const peers = 5000;
const maxMemory = 64 * mib;
const recordMemory = 8 * mib;
/**
 * What 5,000 connections take beside the bytes that they hold (10 KiB each), garbage that is not collected yet, and what
 * the recorder keeps: its ring, and the first and last 2 KiB of each direction.
 */
const allowance = 96 * mib + recordMemory + peers * 8 * 1024;

describe.runIf(process.platform === 'linux')('resident memory of serve', () => {
  it.each([
    // None of them reads. What a kernel takes for a peer is not ours: under chunk, more must come before anything waits.
    ['chunk', 8 * mib],
    ['line', 2 * mib],
    ['eof', 2 * mib],
    ['none', mib / 4],
  ])(
    'stays within --max-memory under 5,000 peers that never read, and comes back (echo %s)',
    async (discipline, bytes) => {
      const args = [
        ':0',
        '--json',
        '--echo',
        discipline,
        '--max-memory',
        String(maxMemory),
        '--record-memory',
        String(recordMemory),
      ];
      await using server = await startServer(args, { program });
      const before = residentBytes(server.pid);
      await using flood = await startFlood(server.port, peers, bytes);
      expect((await peakOf(server, flood.isOver)) - before).toBeLessThan(maxMemory + allowance);
      await flood[Symbol.asyncDispose]();
      const closed = () => server.events().filter(({ event }) => event === 'close');
      await until(() => closed().length === peers, 'all to be gone', 120_000);
      if (discipline !== 'none') expect(closed().some(({ error }) => error === 'ENOMEM')).toBe(true);
      await until(() => residentBytes(server.pid) - before < allowance, 'its memory to come back');
    },
    limitMs,
  );

  it(
    'with two threads is under one bound as well',
    async () => {
      const args = [
        ':0',
        '--json',
        '--echo',
        'eof',
        '--threads',
        '2',
        '--max-memory',
        String(maxMemory),
        '--record-memory',
        String(recordMemory),
      ];
      await using server = await startServer(args, { program });
      const before = residentBytes(server.pid);
      await using flood = await startFlood(server.port, 1000, 2 * mib);
      expect((await peakOf(server, flood.isOver)) - before).toBeLessThan(maxMemory + allowance);
    },
    limitMs,
  );

  describe.runIf(requireProgram('cc'))('over UDP', () => {
    let burst: Compiled;
    beforeAll(() => {
      burst = compile('burst');
    });
    afterAll(() => burst.remove());

    it('stays bounded when datagrams come from 50,000 addresses, and those beyond --max-connections are refused', async () => {
      await using server = await startServer(['udp://127.0.0.1:0', '--json', '--stats', '100ms'], { program });
      const before = residentBytes(server.pid);
      const flood = promisify(execFile)(burst.binary, ['many', String(server.port), '50000']);
      expect((await peakOf(server, flood)) - before).toBeLessThan(allowance);
      await server.event('stats', { open: 10_000 });
      await until(() => server.events().some(({ refused }) => Number(refused) > 0), 'refusals');
    });
  });
});

/** A server that does to each client what a test says. */
const listen = async (serve: (socket: Socket) => void): Promise<{ readonly port: number; readonly server: Server }> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { port: address !== null && typeof address === 'object' ? address.port : 0, server };
};

const piece = Buffer.alloc(256 * 1024, 'x');

/** Sends without end. */
const sendForEver = (socket: Socket): void => {
  const send = (): void => {
    socket.write(piece, (error) => (error ? undefined : send()));
  };
  send();
};

const run = (args: readonly string[]) => {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  return child;
};

/** Resolves once something has come, and nothing more for a second: the flood is as high as it gets. */
const stillness = async (figure: () => number): Promise<void> => {
  let last = figure();
  let sinceMs = performance.now();
  await until(
    () => {
      const now = figure();
      if (now !== last) sinceMs = performance.now();
      last = now;
      return now > 0 && performance.now() - sinceMs > 1000;
    },
    'the flood to stand still',
    60_000,
  );
};

describe.runIf(process.platform === 'linux')('resident memory of a client', () => {
  it.each([[[]], [['--expect-echo']]])(
    'send stays small while a server sends without end and nobody reads its stdout %j',
    async (more) => {
      const taken: Socket[] = [];
      const { port } = await listen((socket) => {
        taken.push(socket);
        sendForEver(socket);
      });
      const child = run(['send', 'hello', '--to', `:${port}`, ...more]);
      const peak = await peakOf(
        child,
        stillness(() => taken.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)),
      );
      expect(peak).toBeLessThan(160 * mib);
    },
  );

  it('send stays small while its stdin has no end and the server never reads', async () => {
    const { port } = await listen((socket) => socket.pause());
    const child = run(['send', '--to', `:${port}`]);
    let written = 0;
    const feed = (): void => {
      child.stdin.write(piece, (error) => {
        if (error) return;
        written += piece.length;
        feed();
      });
    };
    feed();
    expect(
      await peakOf(
        child,
        stillness(() => written),
      ),
    ).toBeLessThan(160 * mib);
  });

  it.each([
    ['a server that never reads', (socket: Socket): void => void socket.pause()],
    ['a server that sends without being asked', sendForEver],
  ])('bench stays small beside %s', async (_, serve) => {
    const { port } = await listen(serve);
    const child = run([
      'bench',
      '--to',
      `:${port}`,
      '--mode',
      'stream',
      '--connections',
      '500',
      '--size',
      '1MiB',
      '--duration',
      '3s',
    ]);
    expect(await peakOf(child, once(child, 'exit'))).toBeLessThan(256 * mib);
  });
});

describe.runIf(process.platform === 'linux')('resident memory of the console', () => {
  it(
    'stays within --max-memory under 1,000 peers that never read, and comes back; it tells why it resets them',
    async () => {
      const console = await startConsole({
        args: [':0', '--echo', 'eof', '--max-memory', String(maxMemory), '--record-memory', String(recordMemory)],
        columns: 200,
        rows: 40,
      });
      const before = residentBytes(console.pid);
      await using flood = await startFlood(console.port, 1000, 2 * mib);
      expect((await peakOf(console, flood.isOver)) - before).toBeLessThan(maxMemory + allowance);
      await console.until(/--max-memory/u);
      await flood[Symbol.asyncDispose]();
      await console.until(/ 1 open/u);
      await until(() => residentBytes(console.pid) - before < allowance, 'its memory to come back');
    },
    limitMs,
  );
});
