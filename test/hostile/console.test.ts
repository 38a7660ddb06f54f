import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cellWidth } from '../../src/text/width.ts';
import { type ConsoleOptions, openConsole, shownPorts, startConsole, stateHome } from '../e2e/program.ts';
import { type Client, openClient } from '../support/net/client.ts';
import type { Terminal } from '../support/terminal/pty.ts';
import { until } from '../support/wait.ts';
import { type Attack, corpus, texts } from './corpus.ts';
import { breachesOf, type Expectation, leftOn } from './stream.ts';

const size = { columns: 140, rows: 40 } as const;
/** Each sends, types or reads the whole corpus. */
const limitMs = 180_000;

const start = (options: ConsoleOptions = {}) => startConsole({ ...size, ...options });

/** Every line ends at an edge, the header and the footer are where they were. */
const isWhole = (grid: readonly string[]): boolean =>
  /^(?:(?:╮│+╯)+|(?:\+\|+\+)+)$/u.test(
    grid
      .slice(1, -1)
      .map((line) => (cellWidth(line) === size.columns ? line.at(-1) : ' '))
      .join(''),
  ) &&
  /^ echoscope {2}(?:tcp|udp):\/\//u.test(grid[0] ?? '') &&
  /^ \S/u.test(grid.at(-1) ?? '');

/** Leaves, and looks through everything that was ever written to the terminal. */
const expectHarmless = async (console: Terminal, expectation: Expectation = {}) => {
  await console.until(isWhole);
  await console.press('ctrl-c');
  expect(await console.exited).toEqual({ status: 0, signal: null });
  expect(breachesOf(console.raw(), expectation)).toEqual([]);
  expect(leftOn(console.raw())).toEqual([]);
};

const connect = async (port: number): Promise<Client> => {
  const client = await openClient(port);
  onTestFinished(() => client.destroy());
  return client;
};

/** Has the whole corpus sent, some of it at once, and waits until what came last is drawn and the frame whole. */
const showAll = async (console: Terminal, send: (bytes: Buffer) => void, most = Infinity) => {
  let together: Attack[] = [];
  const attacks = corpus.filter(({ bytes }) => bytes.length <= most);
  for (const [n, attack] of attacks.entries()) {
    together.push(attack);
    const length = together.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (length < 400 && n < attacks.length - 1) continue;
    const drawn = console.raw().length;
    send(Buffer.concat([...together.flatMap(({ bytes }) => [bytes, Buffer.from(' ')])]));
    await until(() => console.raw().length > drawn, `${together.map(({ name }) => name)} to be drawn`);
    // Behind it, for it may be longer than what is kept of it.
    send(Buffer.from(`@${n}@`));
    await console
      .until((grid) => grid.join().includes(`@${n}@`) && isWhole(grid))
      .catch((cause: unknown) => expect.fail(`${together.map(({ name }) => name)}: ${cause}`));
    together = [];
  }
};

/** As a terminal hands on what is pasted: without what would end the paste. */
const pastable = (text: string) => text.replaceAll('\x1b', '');

/** Leaves whatever is open. A loaded program may take Escape and the key before it for one: then once more. */
const goToList = async (console: Terminal) => {
  const isThere = () => /[┤|] Connections [├|]/u.test(console.text());
  while (!isThere()) {
    await console.press('escape');
    // Never twice in a row: a key behind an Escape that the program has not yet read would be read with it, as Alt.
    await until(isThere, 'the list', 2000).catch(() => undefined);
  }
};

/** Goes to the payload of the newest connection but our own. */
const openDetail = async (console: Terminal) => {
  await goToList(console);
  await console.type('g');
  await console.press('enter');
  await console.until(/[┤|] Payload #/u);
};

/** Looks at every page of the payload, as text and in hex. */
const leafThrough = async (console: Terminal) => {
  for (const way of ['t', 't']) {
    await console.type(way);
    await console.type('g');
    for (let page = 0; page < 6; page++) await console.press('pagedown');
    await console.type('G');
    for (let page = 0; page < 6; page++) await console.press('pageup');
    await console.type('G');
  }
};

describe('whatever comes from the network', () => {
  it('is text in the detail, from a TCP peer', { timeout: limitMs }, async () => {
    const console = await start();
    const client = await connect(console.port);
    await console.until((grid) => grid.some((line) => line.includes(client.local)));
    await openDetail(console);
    await showAll(console, (bytes) => void client.write(bytes));
    await leafThrough(console);
    await expectHarmless(console);
  });

  it('is text in the detail, from a UDP peer', { timeout: limitMs }, async () => {
    const console = await start({ args: [':0', 'udp://127.0.0.1:0'] });
    const [, port = 0] = /udp:\/\/127\.0\.0\.1:(\d+)/u.exec(console.text()) ?? [];
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.send('first');
    await console.until((grid) => grid.some((line) => line.includes(`127.0.0.1:${socket.address().port} `)));
    await openDetail(console);
    await showAll(console, (bytes) => socket.send(bytes), 60_000);
    await leafThrough(console);
    await expectHarmless(console);
  });

  it('is text in the chat, from a server that the client connects to', { timeout: limitMs }, async () => {
    const peers: Socket[] = [];
    const server = createServer((socket) => void peers.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      for (const peer of peers) peer.destroy();
      server.close();
    });
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const console = await start();
    await console.type(`/connect 127.0.0.1:${port}`);
    await console.press('enter');
    await console.until(`Client → 127.0.0.1:${port}`);
    await console.until(/ online ─*╮/u);
    const [peer] = peers;
    await showAll(console, (bytes) => void peer?.write(bytes));
    for (let page = 0; page < 20; page++) await console.press('pageup');
    const file = join(stateHome(), 'chat');
    await console.type(`/save ${file}`);
    await console.press('enter');
    await console.until('entries ');
    const saved = breachesOf(readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
    // What can be seen is saved as it came, were it a hundred marks on one letter; a tab parts it from what is said of it.
    expect(saved.filter(({ found }) => found !== '"\\t"' && !/^"\p{M}{2,}"$/u.test(found))).toEqual([]);
    await expectHarmless(console);
  });

  it('is text where a whole message is shown: #n said', { timeout: limitMs }, async () => {
    const console = await start({ args: [':0', '--echo', 'eof'] });
    for (const [n, { bytes }] of corpus.entries()) {
      const client = await connect(console.port);
      await client.write(bytes);
      client.end();
      expect(await client.ended).toBe('FIN');
      client.destroy();
      // Not for each: a picture is taken ten times a second.
      if (n % 8 === 0) await console.until((grid) => grid[0]?.includes(` ${n + 2} served `) ?? false);
    }
    const last = await connect(console.port);
    await last.write('@last@');
    last.end();
    await console.until(/#\d+ said: @last@/u);
    await expectHarmless(console);
  });

  it('is ASCII where the locale is no UTF-8: other bytes could be controls there', {
    timeout: limitMs,
  }, async () => {
    const console = openConsole({ ...size, env: { LC_ALL: 'en_US.ISO-8859-1' } });
    await console.until(/ online -*\+/u);
    const [port = 0] = shownPorts(console);
    const client = await connect(port);
    await console.until((grid) => grid.some((line) => line.includes(client.local)));
    await openDetail(console);
    await showAll(console, (bytes) => void client.write(bytes));
    await leafThrough(console);
    await console.press('ctrl-c');
    expect(await console.exited).toEqual({ status: 0, signal: null });
    expect(breachesOf(console.raw(), { ascii: true })).toEqual([]);
  });
});

describe('whatever is typed, pasted or found in a file', () => {
  it('is text in the prompt, in the chat, and in what goes back', { timeout: limitMs }, async () => {
    const console = await start();
    for (const text of texts) {
      await console.paste(text);
      await console.press('enter', 'escape');
      // The text may have closed the bracket of the paste, and gone on as keys: wherever they led, back to the prompt.
      await console.press('escape');
      await console.type('i');
    }
    await goToList(console);
    await console.type('i');
    await console.until('┤ Client');
    for (let page = 0; page < 20; page++) await console.press('pageup');
    for (let line = 0; line < texts.length; line++) await console.press('up');
    await expectHarmless(console);
  });

  it('is text in commands, file names, hosts, filters and what is sent to a peer', {
    timeout: limitMs,
  }, async () => {
    const home = stateHome();
    const console = await start({ cwd: home });
    const client = await connect(console.port);
    await console.until((grid) => grid.some((line) => line.includes(client.local)));
    const commands = ['/save ', '/send ', '/connect ', '/', '/echo ', '/repeat '];
    for (const [n, text] of texts.entries()) {
      await console.burst(commands[n % commands.length] ?? '');
      await console.paste(pastable(text));
      await console.press('enter', 'ctrl-u');
    }
    await goToList(console);
    for (const [n, text] of texts.entries()) {
      await console.type(n % 2 === 0 ? '/' : 'w');
      await console.paste(pastable(text));
      await console.press('enter', 'escape');
    }
    await expectHarmless(console);
  });

  it('is text when it comes out of the history', { timeout: limitMs }, async () => {
    const home = stateHome();
    mkdirSync(join(home, 'echoscope'));
    const lines = [...texts.map((text) => JSON.stringify(text)), ...texts.filter((text) => !text.includes('\n'))];
    writeFileSync(join(home, 'echoscope', 'history'), `${lines.join('\n')}\n`);
    const console = await start({ env: { XDG_STATE_HOME: home } });
    for (let line = 0; line <= texts.length; line++) {
      await console.press('up');
      if (line % 10 === 0) await console.press('home', 'end', 'ctrl-left');
    }
    await expectHarmless(console);
  });

  it('is text when it is the name of the folder that holds the history', { timeout: limitMs }, async () => {
    const home = join(stateHome(), 'x\x1b]0;owned\x07\u202e\u009b2J');
    mkdirSync(home);
    writeFileSync(join(home, 'echoscope'), 'no folder');
    const console = await start({ env: { XDG_STATE_HOME: home } });
    await console.until((grid) => grid.join('').includes('x\\x1B'));
    await expectHarmless(console);
  });
});

describe('at random', () => {
  const piece = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }).map((text) => Buffer.from(text)),
    fc
      .array(
        fc.constantFrom(
          ...[
            '\x1b',
            '[',
            ']',
            'P',
            '_',
            '\\',
            '\x07',
            '\x9b',
            '0',
            ';',
            '?',
            'h',
            'l',
            'm',
            'J',
            't',
            'c',
            '$',
            'q',
            '\r',
            '\n',
            '\b',
          ],
          ...[
            '\u202e',
            '\u200b',
            '\u200d',
            '\ufe0f',
            '\u0301',
            '👩',
            '🇰',
            '한',
            '\u1112',
            '\u1161',
            '\u{e0041}',
            '\u0e33',
            'a',
            ' ',
          ],
        ),
        { minLength: 1, maxLength: 80 },
      )
      .map((parts) => Buffer.from(parts.join(''), 'utf8')),
    fc.constantFrom(...corpus.filter(({ bytes }) => bytes.length < 500).map(({ bytes }) => bytes)),
  );

  it('nothing passes but text, however the bytes are cut', { timeout: limitMs }, async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const console = await start();
    const client = await connect(console.port);
    await console.until((grid) => grid.some((line) => line.includes(client.local)));
    await openDetail(console);
    const untilWhole = (behind: string) =>
      console
        .until(isWhole)
        .catch((cause: unknown) =>
          expect.fail(`SEED=${seed}, behind ${behind}: ${cause}\n${JSON.stringify(console.raw().slice(-20_000))}`),
        );
    for (const [n, bytes] of fc.sample(piece, { numRuns: 300, seed }).entries()) {
      const cut = bytes.length >> 1;
      await client.write(bytes.subarray(0, cut));
      await client.write(bytes.subarray(cut));
      if (n % 20 === 0) await untilWhole(`piece ${n}`);
    }
    await leafThrough(console);
    await untilWhole('all pieces');
    expect(breachesOf(console.raw()), `SEED=${seed}`).toEqual([]);
    await expectHarmless(console);
  });
});
