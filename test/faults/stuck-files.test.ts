import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Console, startConsole, stateHome } from '../e2e/program.ts';
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
    for (let again = 0; again < 4; again++) {
      await enter(console, `/send ${fine}`);
      await console.until(
        (grid) => grid.filter((line) => line.includes(`${fine}: ${dead} does not answer yet`)).length > again,
      );
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
