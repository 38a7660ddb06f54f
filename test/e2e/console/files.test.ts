import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Console, startConsole, stateHome } from '../program.ts';

const enter = async (console: Console, line: string): Promise<void> => {
  await console.type(line);
  await console.press('enter');
};

/** A pipe with a name, which nobody has open at its other end. */
const fifo = (path: string): string => {
  execFileSync('mkfifo', [path]);
  return path;
};

const leave = async (console: Console) => {
  await console.press('ctrl-c');
  expect(await console.exited).toEqual({ status: 0, signal: null });
};

describe('a file that is none', () => {
  it('a FIFO for a history: the console starts without one, says so, and ends', async () => {
    const home = stateHome();
    mkdirSync(join(home, 'echoscope'), { mode: 0o700 });
    fifo(join(home, 'echoscope/history'));
    const console = await startConsole({ columns: 200, env: { XDG_STATE_HOME: home } });
    await console.until(/! history: .*\/echoscope\/history: is no/u);
    await enter(console, 'a line');
    await console.until('← a line');
    await console.press('up');
    await console.until('› a line');
    await leave(console);
  });

  it('/send and /save! of what is no regular file: said at once, and the console ends', async () => {
    const home = stateHome();
    const path = join(home, 'socket');
    const socket = createServer().listen(path);
    onTestFinished(() => void socket.close());
    const console = await startConsole({ columns: 200, rows: 40, env: { XDG_STATE_HOME: home } });
    for (const none of [fifo(join(home, 'pipe')), path, '/dev/zero', '/dev/tty', home]) {
      await enter(console, `/send ${none}`);
      await console.until(`! /send: ${none}: is no regular file`);
      await enter(console, `/save! ${none}`);
      await console.until(`! /save: ${none}: is no regular file`);
    }
    await enter(console, '/save /dev/full');
    await console.until('! /save: /dev/full: file already exists');
    await leave(console);
  });

  it('/send of a file that shrinks or grows meanwhile sends what there is', async () => {
    const home = stateHome();
    const console = await startConsole({ columns: 200, rows: 40, env: { XDG_STATE_HOME: home } });
    // Of a file in /proc the size is 0.
    await enter(console, '/send /proc/self/limits');
    await console.until(/\/send limits: [\d,]+ B sent in/u);
    const file = join(home, 'file');
    writeFileSync(file, 'one');
    appendFileSync(file, 'two');
    await enter(console, `/send ${file}`);
    await console.until('/send file: 6 B sent in');
    expect(readFileSync(file, 'utf8')).toBe('onetwo');
    await leave(console);
  });
});
