import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtProgram, type Console, startConsole, stateHome } from '../e2e/program.ts';
import { openClient } from '../support/net/client.ts';

const enter = async (console: Console, line: string): Promise<void> => {
  await console.type(line);
  await console.press('enter');
};

/**
 * The console, to which a path is as on a network file system whose server is gone: the first call of that kind on it ends in open(2) of a
 * pipe that nobody writes, and holds a thread of libuv's pool for good.
 */
const open = (call: 'open' | 'realpath', path: string, home: string): Promise<Console> => {
  const pipe = join(home, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const code = `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { open, ${call === 'open' ? '' : call} } = fs.promises;
    fs.promises.${call} = (path, ...rest) =>
      path === ${JSON.stringify(path)} ? open(${JSON.stringify(pipe)}, 'r') : ${call}(path, ...rest);
    syncBuiltinESMExports();`;
  const env = { XDG_STATE_HOME: home, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` };
  return startConsole({ columns: 300, rows: 40, env });
};

/** Expects the console gone after a word about the file: by SIGKILL, for Node's own end waits for the call. */
const expectKilled = async (console: Console, path: string) => {
  await console.press('ctrl-c');
  expect(await console.exited).toEqual({ status: null, signal: 'SIGKILL' });
  expect(console.text().replaceAll('\n', '')).toContain(
    `echoscope: ${path} does not answer: the process is killed, and what was not yet written there is lost`,
  );
  expect(console.modes()).toMatchObject({ alternateScreen: false, bracketedPaste: false });
};

describe('a file system that does not answer', () => {
  it('under the history: the picture is there, keys work, names are looked up, and the console ends', async () => {
    const home = stateHome();
    const history = join(home, 'echoscope/history');
    mkdirSync(join(home, 'echoscope'), { mode: 0o700 });
    writeFileSync(history, '"old"\n');
    const console = await open('open', history, home);
    await console.until(/! history: .*history does not answer yet/u);
    await enter(console, 'hello');
    await console.until('← hello');
    await enter(console, `/connect localhost:${console.port}`);
    await console.until(new RegExp(`Client → localhost:${console.port} .* online `, 'u'));
    const client = await openClient(console.port);
    await client.write('outside');
    await client.receive('outside');
    client.destroy();
    await expectKilled(console, history);
    expect(readFileSync(history, 'utf8')).toBe('"old"\n');
  });

  it('under the folder of the history', async () => {
    const home = stateHome();
    mkdirSync(join(home, 'echoscope'), { mode: 0o700 });
    const console = await open('realpath', join(home, 'echoscope'), home);
    await enter(console, 'hello');
    await console.until('← hello');
    await expectKilled(console, join(home, 'echoscope/history'));
  });

  it('under the home itself: names are looked up all the same', async () => {
    const [home, elsewhere] = [stateHome(), stateHome()];
    const pipe = join(elsewhere, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const code = `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { open } = fs.promises;
      for (const call of ['open', 'stat', 'lstat', 'realpath', 'mkdir']) {
        const original = fs.promises[call];
        fs.promises[call] = (path, ...rest) =>
          String(path).startsWith(${JSON.stringify(home)}) ? open(${JSON.stringify(pipe)}, 'r') : original(path, ...rest);
      }
      syncBuiltinESMExports();`;
    const env = {
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CACHE_HOME: join(home, 'cache'),
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}`,
    };
    const console = await startConsole({ columns: 300, rows: 40, env });
    await console.until(/! history: .*history does not answer yet/u);
    await enter(console, `/connect localhost:${console.port}`);
    await console.until(new RegExp(`Client → localhost:${console.port} .* online `, 'u'));
    await expectKilled(console, join(home, 'state/echoscope/history'));
  });

  it('under /send: Esc stops it, other files wait for no thread, and a second one is refused', async () => {
    const home = stateHome();
    const [dead, fine] = [join(home, 'dead'), join(home, 'fine')];
    writeFileSync(dead, 'dead');
    writeFileSync(fine, 'fine');
    const console = await open('open', dead, home);
    await enter(console, `/send ${dead}`);
    await console.until(`! /send: ${dead} does not answer yet`);
    await console.press('escape');
    await console.until('/send dead: stopped');
    for (const count of ['', ' ×2', ' ×3', ' ×4']) {
      await enter(console, `/send ${fine}`);
      await console.until(`${fine}: ${dead} does not answer yet${count}`);
    }
    await enter(console, `/save ${join(home, 'chat')}`);
    await console.until(/\/save .*chat: \d+ entries/u);
    await enter(console, `/connect localhost:${console.port}`);
    await console.until(new RegExp(`Client → localhost:${console.port} .* online `, 'u'));
    await expectKilled(console, dead);
  });

  it('under /save: said, and the console ends', async () => {
    const home = stateHome();
    const chat = join(home, 'chat');
    const console = await open('open', chat, home);
    await enter(console, `/save ${chat}`);
    await console.until(`! /save: ${chat} does not answer yet`);
    await expectKilled(console, chat);
  });
});

describe('send, whose stdin is such a file', () => {
  /** Like it: each read of stdin ends in the pipe that nobody writes. */
  const start = (args: readonly string[]) => {
    const home = stateHome();
    const [pipe, file] = [join(home, 'pipe'), join(home, 'file')];
    execFileSync('mkfifo', [pipe]);
    writeFileSync(file, 'message');
    const code = `import fs from 'node:fs';
      fs.read = (fd) => fs.open(${JSON.stringify(pipe)}, 'r', () => undefined);`;
    const stdin = openSync(file, 'r');
    const child = spawn(process.execPath, [builtProgram(), 'send', ...args], {
      stdio: [stdin, 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` },
    });
    closeSync(stdin);
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  it('is interrupted with the status of its signal', async () => {
    const { endpoint, connected } = await serveSilently();
    const child = start(['--to', endpoint]);
    await connected;
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
  });

  it('ends after --timeout, and has said so', async () => {
    const { endpoint } = await serveSilently();
    const child = start(['--to', endpoint, '--timeout', '300ms']);
    const [said, ended] = await Promise.all([text(child.stderr ?? Readable.from([])), once(child, 'exit')]);
    expect(said).toMatch(/no answer for 300ms .* nothing came from stdin either/u);
    expect(ended).toEqual([null, 'SIGKILL']);
  });
});

/** A server that accepts, and says nothing. */
const serveSilently = async () => {
  const { promise: connected, resolve } = Promise.withResolvers<void>();
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
    resolve();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, 'listening');
  const address = server.address();
  return { endpoint: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, connected };
};
