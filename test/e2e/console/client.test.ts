import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Console, startConsole, stateHome } from '../program.ts';
import { openRawServer } from '../raw-server.ts';

/** Types a line into the prompt and enters it. */
const enter = async (console: Console, line: string): Promise<void> => {
  await console.type(line);
  await console.press('enter');
};

const start = (env: Readonly<Record<string, string>> = {}) => startConsole({ columns: 200, rows: 36, env });

/** Connects the console's client to a server of the test's own. */
const connectTo = async (console: Console, port: number): Promise<void> => {
  await enter(console, `/connect 127.0.0.1:${port}`);
  await console.until(new RegExp(`Client → 127\\.0\\.0\\.1:${port} .* online `, 'u'));
};

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('the client', () => {
  it('connects elsewhere and comes back home', async () => {
    const console = await start();
    const server = await openRawServer((socket, chunk) => socket.write(chunk));
    await connectTo(console, server.port);
    await enter(console, 'over there');
    await console.until('← over there');
    expect(server.received().toString()).toBe('over there');
    await enter(console, '/connect');
    await console.until(new RegExp(`Client → 127\\.0\\.0\\.1:${console.port} .* online `, 'u'));
    await enter(console, '/disconnect');
    await console.until(/ offline ─*╮/u);
  });

  it('connects over UDP', async () => {
    const console = await start();
    const socket = createSocket('udp4');
    onTestFinished(() => {
      socket.close();
    });
    socket.on('message', (bytes, { port, address }) => socket.send(bytes, port, address));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    await enter(console, `/connect udp://127.0.0.1:${socket.address().port}`);
    await console.until(/Client → udp:.* online /u);
    await enter(console, 'datagram');
    await console.until('← datagram');
    await enter(console, '/eof');
    await console.until('! /eof: UDP knows no half-close');
  });

  it('half-closes with FIN and goes on receiving', async () => {
    const console = await start();
    const server = await openRawServer();
    await connectTo(console, server.port);
    await enter(console, '/eof');
    await console.until(/half-closed ─*╮/u);
    await expect.poll(() => server.ends).toEqual(['FIN']);
    server.sockets[0]?.write('still here');
    await console.until('← still here');
    await enter(console, 'too late');
    await console.until(/! we have half-closed/u);
    expect(console.text()).toContain('› too late');
  });

  it('breaks off with RST', async () => {
    const console = await start();
    const server = await openRawServer();
    await connectTo(console, server.port);
    await enter(console, '/reset');
    await console.until(/ offline ─*╮/u);
    await expect.poll(() => server.ends).toEqual(['ECONNRESET']);
    await enter(console, '/reset');
    await console.until('! /reset: there is no connection');
  });

  it('sends a file byte for byte, and gets all of it back', async () => {
    const console = await start();
    const file = join(stateHome(), 'eight MiB.bin');
    const bytes = randomBytes(8 << 20);
    writeFileSync(file, bytes);
    const server = await openRawServer((socket, chunk) => {
      if (!socket.write(chunk)) {
        socket.pause();
        socket.once('drain', () => socket.resume());
      }
    });
    await connectTo(console, server.port);
    await enter(console, `/send ${file}`);
    await console.until('8,388,608 B sent in');
    await console.until(/← 8,388,608 B .* m?s /u);
    expect(sha256(server.received())).toBe(sha256(bytes));
  });

  it('names a file that it cannot send', async () => {
    const console = await start();
    await enter(console, '/send /nowhere/at all');
    await console.until('/nowhere/at all: no such file');
    await enter(console, '/send /tmp');
    await console.until('/send: /tmp: is no regular file');
  });

  it('stops a file that its peer does not take', async () => {
    const console = await start();
    const file = join(stateHome(), 'large');
    writeFileSync(file, Buffer.alloc(64 << 20));
    const server = await openRawServer((socket) => socket.pause());
    await connectTo(console, server.port);
    await enter(console, `/send ${file}`);
    await console.until(/ \/send \d+% ─*╮/u);
    await console.press('escape');
    await console.until(/stopped, [\d,]+ of 67,108,864/u);
    expect(server.received().length).toBeLessThan(64 << 20);
  });

  it('repeats a message until /stop', async () => {
    const console = await start();
    await enter(console, '/repeat 3 every 20ms tick');
    await console.until('/repeat: done, sent 3 of 3');
    const lines = console.grid().filter((line) => /← tick|\/repeat: done/u.test(line));
    expect(lines.map((line) => line.includes('done'))).toEqual([false, false, false, true]);
    await console.until(/in +12 B/u);
    await enter(console, '/repeat 1000 every 10s');
    await console.until(/ \/repeat 1\/1,000 ─*╮/u);
    await enter(console, '/stop');
    await console.until('/repeat: stopped, sent 1 of 1,000');
  });

  it('marks an echo that is none', async () => {
    const console = await start();
    const server = await openRawServer((socket, chunk) => {
      if (chunk.includes('cut')) socket.end(chunk.subarray(0, 2));
      else socket.write(chunk.toString().replace('l', 'L'));
    });
    await connectTo(console, server.port);
    await enter(console, 'an echo');
    await console.until(/← an echo +[\d.]+ ms/u);
    await enter(console, 'cut off');
    await console.until(/← cu +≠ 5 B missing/u);
    await console.until(/ offline ─*╮/u);
    await connectTo(console, server.port);
    await enter(console, 'an echo');
    await console.until((grid) => grid.filter((line) => /← an echo +[\d.]+ [mµ]s/u.test(line)).length === 2);
    await console.until(/ echo compared, online ─*╮/u);
    await enter(console, 'hello');
    await console.until(/← heLlo +≠ at byte 3 /u);
    await console.until(/ not compared, online ─*╮/u);
    await console.until('· that was no echo');
  });

  it('talks with a server that is no echo: all is shown as it comes, and an empty Enter sends the line end', async () => {
    const console = await start();
    let lines = 0;
    const server = await openRawServer((socket, chunk) => {
      if (lines++ < 2) socket.write(`250 all is well\r\n`);
      else socket.end(`500 what is ${JSON.stringify(chunk.toString())}?\r\n`);
    });
    await connectTo(console, server.port);
    server.sockets[0]?.write('220 mail.example ready\r\n');
    await console.until('← 220 mail.example ready\\r\\n ');
    await enter(console, '/eol crlf');
    for (const line of ['HELO a long line that is longer than the reply', 'NOOP']) {
      await enter(console, line);
      await console.until(` → ${line}\\r\\n `);
    }
    await console.until((grid) => grid.filter((line) => line.includes('← 250 all is well\\r\\n ')).length === 2);
    expect(console.text()).toContain(' not compared, online ─');
    await console.press('enter');
    await console.until('← 500 what is "\\\\r\\\\n"?\\r\\n ');
    await console.until(/ offline ─*╮/u);
    expect(console.text()).not.toMatch(/≠|← .* ms|not answered/u);
    expect(server.received().toString()).toMatch(/^HELO .*\r\nNOOP\r\n\r\n$/u);
    // The footer says what Enter does now, and the text goes out with the new connection.
    lines = 0;
    await console.until(/ Enter reconnect /u);
    await console.type('NOOP again');
    await console.until(/ Enter reconnect and send /u);
    await console.press('enter');
    await console.until(' → NOOP again\\r\\n ');
    await expect.poll(() => server.received().toString()).toContain('NOOP again\r\n');
    expect(console.text()).not.toContain('› NOOP');
  });

  it('shows an answer by hand whole where our own server echoes nothing, and what an echo by line waits for', async () => {
    const console = await start();
    await enter(console, '/echo line');
    await enter(console, 'hi');
    await console.until('› the server is holding 2 B until \\n');
    await enter(console, '/echo none');
    await console.until(/ not compared, online ─*╮/u);
    await enter(console, 'LOGIN bob');
    await console.press('escape');
    await console.until('┤ Connections ├');
    await console.type('w+OK hello, welcome\\r\\n');
    await console.press('enter');
    await console.until('← +OK hello, welcome\\r\\n ');
    await console.until(/send to #1: +/u);
    await console.press('up');
    await console.until('send to #1: +OK hello');
    expect(console.text()).not.toMatch(/≠|← \+OK.* ms/u);
  });

  it('has one line for an error that repeats', async () => {
    const console = await start();
    const server = await openRawServer();
    await connectTo(console, server.port);
    await server.close();
    await console.until(/ offline ─*╮/u);
    for (let attempt = 1; attempt <= 6; attempt++) {
      await console.press('ctrl-r');
      await console.until(attempt === 1 ? /! connect: .*ECONNREFUSED/u : ` ×${attempt} `);
    }
    expect(console.grid().filter((line) => line.includes('! connect: '))).toHaveLength(1);
  });
});

describe('the prompt', () => {
  it('sends escapes as bytes, hex digits as bytes, and a line end behind each', async () => {
    const console = await start();
    const server = await openRawServer();
    await connectTo(console, server.port);
    await enter(console, '\\x00\\xff\\\\');
    await enter(console, '/eol crlf');
    await console.until('crlf › ');
    await enter(console, '/hex');
    await console.until('hex crlf › ');
    await enter(console, '48 65');
    await enter(console, '4');
    await console.until('! at 1: a byte takes two hex digits');
    await expect.poll(() => server.received().toString('latin1')).toBe('\x00\xff\\He\r\n');
  });

  it('sends a paste byte for byte', async () => {
    const console = await start();
    const server = await openRawServer();
    await connectTo(console, server.port);
    await console.paste('/a\\n\\q\tb\nc');
    await console.press('enter');
    await expect.poll(() => server.received().toString()).toBe('/a\\n\\q\tb\nc');
  });

  it('completes commands, corrects them, lists them and runs them', async () => {
    const console = await start();
    await console.type('/ec');
    await console.press('tab');
    await console.until('› /echo ');
    await console.until(' /echo chunk|line|eof|none  when our server');
    await enter(console, 'none');
    await console.until('echo none ');
    await enter(console, '/claer');
    await console.until('did you mean /clear?');
    await console.press('ctrl-u');
    await enter(console, '/clear');
    await console.until((grid) => !grid.some((line) => line.includes('connected 127')));
    await enter(console, '/help');
    await console.until('/repeat N [every TIME] [TEXT]');
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('/repeat N'));
    await enter(console, '/quit');
    expect(await console.exited).toEqual({ status: 0, signal: null });
  });

  it('saves the chat for its owner alone, and overwrites nothing unasked', async () => {
    const console = await start();
    const file = join(stateHome(), 'chat.txt');
    await enter(console, 'a\\x1b[2J');
    await console.until('← a\\x1B[2J');
    await enter(console, `/save ${file}`);
    await console.until(/\/save .*: 4 entries/u);
    expect(readFileSync(file, 'utf8')).toMatch(/^.*Z → a\\x1B\[2J\n.*Z ← a\\x1B\[2J\t.* (µ|m)s$/mu);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await enter(console, `/save ${file}`);
    await console.until('(EEXIST)');
    await enter(console, `/save! ${file}`);
    await console.until(/\/save .*: 6 entries/u);
  });
});

describe('the history', () => {
  it('is there again in the next run, for its owner alone', async () => {
    const home = stateHome();
    const first = await start({ XDG_STATE_HOME: home });
    await enter(first, 'one');
    await enter(first, '/eol lf');
    await enter(first, 'two');
    await first.until('← two');
    await first.press('ctrl-c');
    await first.exited;
    const file = join(home, 'echoscope', 'history');
    expect(readFileSync(file, 'utf8')).toBe('"one"\n"/eol lf"\n"two"\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'echoscope')).mode & 0o777).toBe(0o700);

    const second = await start({ XDG_STATE_HOME: home });
    await second.type('unfinished');
    await second.press('up', 'up', 'up', 'up');
    await second.until('› one');
    await second.press('down', 'down', 'down');
    await second.until('› unfinished');
    await second.press('ctrl-u', 'ctrl-p', 'enter');
    await second.until('← two');
  });

  it('that cannot be written is reported once, and lines of this run come back all the same', async () => {
    const home = stateHome();
    mkdirSync(join(home, 'echoscope', 'history'), { recursive: true });
    const console = await start({ XDG_STATE_HOME: home });
    await enter(console, 'one');
    await enter(console, 'two');
    await console.until('← two');
    await console.press('up', 'up');
    await console.until('› one');
    expect(console.text().match(/! history: /gu)).toHaveLength(1);
  });
});
