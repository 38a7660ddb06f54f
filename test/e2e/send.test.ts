import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { until } from '../support/wait.ts';
import { closedEndpoint, echo, echoAtEnd, send, serveTcp, serveUdp, startSend } from './send-run.ts';

const MiB = 1024 * 1024;
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('send over TCP', () => {
  it.each([
    ['one word', ['hello'], 'hello'],
    ['several words with a space between them', ['hello', '안녕', ' 🙂 '], 'hello 안녕  🙂 '],
    ['no bytes', [''], ''],
    ['what looks like an option', ['--', '-x'], '-x'],
  ])('sends %s with no newline added, and prints the reply alone', async (_what, words, wanted) => {
    const to = await serveTcp(echo);
    expect(await send(['--expect-echo', '--to', to, ...words], 'not this')).toEqual({
      status: 0,
      signal: null,
      stdout: Buffer.from(wanted),
      stderr: '',
    });
  });

  it.runIf(existsSync('/proc/self/cmdline'))('sends the bytes of an argument that is not UTF-8', async () => {
    const to = await serveTcp(echo);
    const { child, exited } = startSend([], { shell: `"$@" "$(printf 'a\\377\\200b')" --to ${to}` });
    child.stdin.end();
    expect((await exited).stdout).toEqual(Buffer.from([0x61, 0xff, 0x80, 0x62]));
  });

  it.each([
    ['at once', echo],
    ['after the half-close', echoAtEnd],
  ])('sends stdin, every byte value and NUL among them, to an echo that answers %s', async (_when, server) => {
    const to = await serveTcp(server);
    const { status, stdout, stderr } = await send(['--expect-echo', '--to', to], everyByte);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: everyByte, stderr: '' });
  });

  it('half-closes after an empty stdin', async () => {
    const to = await serveTcp((socket) => socket.on('end', () => socket.end('goodbye')).resume());
    const { status, stdout } = await send(['--to', to]);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: 'goodbye' });
  });

  it('reports that stdin is a directory, with status 1', async () => {
    const to = await serveTcp(echo);
    for (const endpoint of [to, await serveUdp((datagram) => [datagram])]) {
      const { exited } = startSend([], { shell: `"$@" --to ${endpoint} < /` });
      const { status, stdout, stderr } = await exited;
      expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^echoscope: stdin: .*EISDIR.*\n$/);
    }
  });

  it('prints what comes while stdin is still open', async () => {
    const to = await serveTcp(echo);
    const { child, exited } = startSend(['--to', to]);
    child.stdin.write('first');
    const [chunk] = await once(child.stdout, 'data');
    expect(String(chunk)).toBe('first');
    child.stdin.end('second');
    const { status, stdout } = await exited;
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: 'firstsecond' });
  });

  it.each([
    ['at once', echo],
    ['after the half-close', echoAtEnd],
  ])('brings back 64 MiB from an echo that answers %s', async (_when, server) => {
    const to = await serveTcp(server);
    const bytes = randomBytes(64 * MiB);
    const { status, stdout, stderr } = await send(['--expect-echo', '--to', to], bytes);
    expect({ status, stderr, sha256: sha256(stdout) }).toEqual({ status: 0, stderr: '', sha256: sha256(bytes) });
  });

  it('speaks IPv6', async () => {
    const to = await serveTcp(echo, '::1');
    expect(to).toMatch(/^\[::1\]:/);
    expect(await send(['--to', to, 'hello'])).toMatchObject({ status: 0, stdout: Buffer.from('hello') });
  });

  it('stays small while 256 MiB go through it', async ({ skip }) => {
    skip(!existsSync('/proc/self/status'), 'no /proc here: the memory of a process cannot be read');
    const to = await serveTcp(echo);
    const { child, exited } = startSend(['--expect-echo', '--to', to], { read: false });
    const piece = randomBytes(MiB);
    let back = 0;
    let highWaterKiB = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      back += chunk.length;
      if (back < 256 * MiB) return;
      const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      highWaterKiB = Number(peak);
      child.stdin.end();
    });
    for (let sentMiB = 0; sentMiB < 256; sentMiB += 1) {
      if (!child.stdin.write(piece)) await once(child.stdin, 'drain');
    }
    expect(await exited).toMatchObject({ status: 0, stderr: '' });
    expect(back).toBe(256 * MiB);
    expect(highWaterKiB).toBeGreaterThan(10_000);
    expect(highWaterKiB).toBeLessThan(150 * 1024);
  });

  it('reads no faster than stdout takes it', async () => {
    let written = 0;
    const to = await serveTcp((socket) => {
      const chunk = Buffer.alloc(MiB);
      const pour = (): void => {
        while (socket.write(chunk)) written += MiB;
        written += MiB;
        socket.once('drain', pour);
      };
      pour();
    });
    const { child, exited } = startSend(['--to', to, '--timeout', '1s', 'go'], { read: false });
    let seen = 0;
    let since = performance.now();
    // For longer than the timeout the server can write no more: every buffer on the way is full, and nobody calls that
    // a silence of the peer.
    await until(() => {
      if (written !== seen) since = performance.now();
      seen = written;
      return written > 0 && performance.now() - since > 1200;
    }, 'the server to be held up');
    expect(child.exitCode).toBe(null);
    expect(written).toBeLessThan(64 * MiB);
    child.kill('SIGTERM');
    expect((await exited).status).toBe(143);
  });
});

describe('--expect-echo over TCP', () => {
  it('ends where a server replies without an end', async () => {
    const to = await serveTcp((socket) => {
      const dripping = setInterval(() => socket.write('hello'), 20);
      socket.resume().on('close', () => clearInterval(dripping));
    });
    const { status, stderr } = await send(['--expect-echo', '--to', to, 'hello']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/the reply goes on for \d+ bytes?|the reply /);
  });

  it('names the first byte that differs, after printing the reply as it is', async () => {
    const to = await serveTcp((socket) => {
      socket.on('data', (chunk: Buffer) => socket.end(chunk.toString().replace('w', 'W')));
    });
    const { status, stdout, stderr } = await send(['--to', to, '--expect-echo', 'hello world']);
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({
      status: 1,
      stdout: 'hello World',
      stderr: `echoscope: recv: ${to}: the reply differs from what was sent at offset 6: 0x57, not 0x77\n`,
    });
  });

  it.each([
    ['hell', 'ends 1 byte short of the 5 sent'],
    ['hello, you', 'goes on for 5 bytes after the 5 sent'],
  ])('%j for hello: %s', async (reply, words) => {
    const to = await serveTcp((socket) => socket.once('data', () => socket.end(reply)));
    const { status, stdout, stderr } = await send(['--to', to, '--expect-echo', 'hello']);
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({
      status: 1,
      stdout: reply,
      stderr: `echoscope: recv: ${to}: the reply ${words}\n`,
    });
  });

  it('is not asked for: any reply will do', async () => {
    const to = await serveTcp((socket) => socket.once('data', () => socket.end('something else')));
    expect(await send(['--to', to, 'hello'])).toMatchObject({ status: 0, stderr: '' });
  });
});

/** Drops what it owes when the peer half-closes, as many proxies do. */
const dropsAtHalfClose = (socket: Socket): void => {
  let timer: NodeJS.Timeout | undefined;
  socket.on('data', (chunk) => {
    timer = setTimeout(() => socket.write(chunk), 50);
  });
  socket.on('end', () => {
    clearTimeout(timer);
    socket.destroy();
  });
};

describe('a peer that cannot half-close', () => {
  it('gives no reply, which is said', async () => {
    const to = await serveTcp(dropsAtHalfClose);
    const { status, stdout, stderr } = await send(['--to', to, 'hello']);
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({
      status: 0,
      stdout: '',
      stderr: `echoscope: recv: ${to}: the peer closed without a reply — some drop their reply at a half-close; --no-half-close waits for it\n`,
    });
  });

  it.each([
    ['words', ['hello'], ''],
    ['stdin', ['--expect-echo'], 'hello'],
  ])('gives it with --no-half-close, and the end is a silence: %s', async (_what, args, input) => {
    const to = await serveTcp(dropsAtHalfClose);
    expect(await send(['--to', to, '--no-half-close', '--timeout', '1s', ...args], input)).toEqual({
      status: 0,
      signal: null,
      stdout: Buffer.from('hello'),
      stderr: '',
    });
  });

  it('may close first all the same', async () => {
    const to = await serveTcp((socket) => socket.once('data', () => socket.end('that is all')));
    const since = performance.now();
    const { status, stdout, stderr } = await send(['--to', to, '--no-half-close', '--timeout', '30s', 'hello']);
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({ status: 0, stdout: 'that is all', stderr: '' });
    expect(performance.now() - since).toBeLessThan(20_000);
  });

  it('and answers nothing is a failure after the timeout', async () => {
    const to = await serveTcp((socket) => socket.resume());
    const { status, stderr } = await send(['--to', to, '--no-half-close', '--timeout', '300ms', 'hello']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^echoscope: recv: \S+: no answer for 300ms \(ETIMEDOUT\) [^\n]+\n$/);
  });
});

describe('escapes and line ends, as the prompt has them', () => {
  it.each([
    [['a\\r\\n'], '', 'a\\r\\n'],
    [['--escapes', 'a\\r\\n', '\\x00\\xFF\\u{e9}\\\\'], '', 'a\r\n \0\xFF\xC3\xA9\\'],
    [['--eol', 'crlf', 'HELO', 'me'], '', 'HELO me\r\n'],
    [['--eol', 'crlf'], 'one\ntwo\r\n\nlast', 'one\r\ntwo\r\n\r\nlast\r\n'],
    [['--eol', 'lf'], 'one\r\ntwo\n', 'one\ntwo\n'],
    [['--escapes'], '\\t\r\nb\\\\\nc', '\t\r\nb\\\nc'],
  ])('%j sends stdin %j as %j', async (args, input, wanted) => {
    const to = await serveTcp(echo);
    const { status, stdout, stderr } = await send(['--to', to, ...args], input);
    expect({ status, stdout: stdout.toString('latin1'), stderr }).toEqual({ status: 0, stdout: wanted, stderr: '' });
  });

  it('hold for each datagram', async () => {
    const to = await serveUdp((datagram) => [Buffer.from(datagram.toString('hex'))]);
    const { stdout } = await send(['--to', to, '--escapes', '--eol', 'lf', 'a\\0', 'b']);
    expect(stdout.toString()).toBe('61000a620a');
    expect((await send(['--to', to, '--eol', 'crlf'], 'a\nb\n')).stdout.toString()).toBe('610d0a620d0a');
  });

  it('an escape that means nothing is named by its line', async () => {
    const { status, stderr } = await send(['--to', await serveTcp(echo), '--escapes'], 'good\nb\\q\n');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^echoscope: stdin: line 2, at 2: no such escape; [^\n]+\n$/);
  });
});

describe('a failure over TCP: one line, status 1, after what was received', () => {
  it('nothing listens', async () => {
    const to = closedEndpoint;
    const { status, stdout, stderr } = await send(['--to', to, 'hello']);
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `echoscope: connect: ${to}: connection refused (ECONNREFUSED) — nothing listens there; start a server: echoscope serve tcp://${to}\n`,
    });
  });

  it('the peer resets', async () => {
    let peer: Socket | undefined;
    const to = await serveTcp((socket) => {
      peer = socket;
      socket.write('so far');
    });
    const { child, exited } = startSend(['--to', to]);
    child.stdout.once('data', () => peer?.resetAndDestroy());
    const { status, stdout, stderr } = await exited;
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: 'so far' });
    expect(stderr).toMatch(/^echoscope: recv: \S+: connection reset by peer \(ECONNRESET\) — [^\n]+\n$/);
  });

  it('the peer closes before everything is sent', async () => {
    let peer: Socket | undefined;
    const to = await serveTcp((socket) => {
      peer = socket;
      socket.once('data', () => socket.pause().write('too much'));
    });
    const { child, exited } = startSend(['--to', to]);
    child.stdin.end(Buffer.alloc(64 * MiB));
    child.stdout.once('data', () => peer?.destroy());
    const { status, stdout, stderr } = await exited;
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: 'too much' });
    expect(stderr).toMatch(/^echoscope: (?:send|recv): \S+: [^\n]+ \((?:EPIPE|ECONNRESET)\) — [^\n]+\n$/);
  });

  it('the peer has finished, and does not take the rest', async () => {
    const to = await serveTcp((socket) => {
      socket.end('that is all');
      socket.once('data', () => socket.destroy());
    });
    const { child, exited } = startSend(['--to', to]);
    await once(child.stdout, 'data');
    child.stdin.end(Buffer.alloc(64 * MiB));
    const { status, stdout, stderr } = await exited;
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: 'that is all' });
    expect(stderr).toMatch(/^echoscope: send: \S+: [^\n]+ \((?:EPIPE|ECONNRESET)\) — [^\n]+\n$/);
  });

  it('is not a peer that has finished first, where there is no more to send', async () => {
    const to = await serveTcp((socket) => socket.end('the time'));
    const { child, exited } = startSend(['--to', to]);
    await once(child.stdout, 'data');
    child.stdin.end();
    expect(await exited).toMatchObject({ status: 0, stderr: '', stdout: Buffer.from('the time') });
  });

  it('the peer answers nothing', async () => {
    const to = await serveTcp((socket) => socket.resume());
    const { status, stderr } = await send(['--to', to, '--timeout', '1s', 'hello']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^echoscope: recv: \S+: no answer for 1s \(ETIMEDOUT\) — the peer has not closed;.+\n$/);
  });

  it('the peer stops in the middle', async () => {
    const to = await serveTcp((socket) => socket.once('data', () => socket.write('half')));
    const { status, stdout, stderr } = await send(['--to', to, '--timeout', '1s', 'hello']);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: 'half' });
    expect(stderr).toContain(': 4 bytes came, then nothing for 1s (ETIMEDOUT)');
  });

  it('stdin stays open and silent', async () => {
    const to = await serveTcp(echo);
    const { status, stderr } = await startSend(['--to', to, '--timeout', '1s']).exited;
    expect(status).toBe(1);
    expect(stderr).toContain('no answer for 1s (ETIMEDOUT) — nothing came from stdin either');
  });

  it('the peer never reads', async () => {
    const to = await serveTcp((socket) => socket.pause());
    const { status, stderr } = await send(['--to', to, '--timeout', '1s'], Buffer.alloc(64 * MiB));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^echoscope: send: \S+: the peer took nothing for 1s \(ETIMEDOUT\) — .+\n$/);
  });

  it('is not a peer that keeps talking, however long it takes in all', async () => {
    const to = await serveTcp((socket) => {
      let left = 12;
      const timer = setInterval(() => {
        left -= 1;
        if (left > 0) socket.write('.');
        else clearInterval(timer);
        if (left === 0) socket.end();
      }, 200);
    });
    const outcome = await send(['--to', to, '--timeout', '2s', 'x']);
    expect(outcome).toMatchObject({ status: 0, stdout: Buffer.from('.'.repeat(11)) });
  });
});

describe('the end of send', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: status %d, after printing what has come', async (signal, wanted) => {
    const to = await serveTcp((socket) => socket.once('data', () => socket.write('so far')));
    const { child, exited } = startSend(['--to', to, 'hello']);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await exited).toEqual({ status: wanted, signal: null, stdout: Buffer.from('so far'), stderr: '' });
  });

  it('is quiet when the reader of stdout has seen enough', async () => {
    const to = await serveTcp((socket) => socket.end(Buffer.alloc(8 * MiB)));
    const { child, exited } = startSend(['--to', to, 'hello'], { read: false });
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await exited).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    ['an echo', (chunk: Buffer): Buffer => chunk, 0],
    ['anything else', (chunk: Buffer): Buffer => Buffer.alloc(chunk.length, 'x'), 1],
  ])('still tells whether it was %s, though nobody reads it', async (_what, answer, wanted) => {
    const to = await serveTcp((socket) => {
      socket.on('data', (chunk: Buffer) => {
        if (!socket.write(answer(chunk))) socket.pause();
      });
      socket.on('drain', () => socket.resume()).on('end', () => socket.end());
    });
    const { child, exited } = startSend(['--to', to, '--expect-echo'], { read: false });
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end(Buffer.alloc(16 * MiB));
    expect((await exited).status).toBe(wanted);
  });

  it.runIf(existsSync('/dev/full'))('is a failure when stdout cannot be written', async () => {
    const to = await serveTcp(echo);
    const { child, exited } = startSend([], { shell: `"$@" hello --to ${to} > /dev/full` });
    child.stdin.end();
    const { status, stderr } = await exited;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^echoscope: stdout: ENOSPC: [^\n]+\n$/);
  });

  it.each([
    [['--to', '0'], '--to'],
    [['--to'], '--to'],
    [['--timeout', 'soon'], '--timeout'],
  ])('is status 2 and one line for %j', async (args, option) => {
    const { status, stdout, stderr } = await send(args);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^echoscope: ${option}\\b[^\\n]+--help\\)\\n$`));
  });
});
