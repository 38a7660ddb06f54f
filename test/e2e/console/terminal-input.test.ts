import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../../support/wait.ts';
import { type Console, startConsole, stateHome } from '../program.ts';
import { openRawServer, type RawServer } from '../raw-server.ts';

const toList = async (console: Console) => {
  await console.press('escape');
  await console.until('┤ Connections');
};

/** A console whose client talks to a server of the test's own. */
const connected = async (home = stateHome()): Promise<{ readonly console: Console; readonly server: RawServer }> => {
  const server = await openRawServer();
  const console = await startConsole({ columns: 120, env: { XDG_STATE_HOME: home } });
  await console.type(`/connect 127.0.0.1:${server.port}`);
  await console.press('enter');
  await console.until(new RegExp(`Client → 127.0.0.1:${server.port} .*online`));
  return { console, server };
};

/** Ms of processor time that all threads of a process have had (proc(5)); a clock tick is 10 ms. */
const processorMs = (pid: number): number => {
  const [, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[10]) + Number(fields[11])) * 10;
};

describe('the input of a real terminal', () => {
  it('answers and reports do nothing with the list in focus', async () => {
    const console = await startConsole();
    await toList(console);
    const before = console.grid();
    const answers = [
      '\x1bP1$r0 q\x1b\\',
      '\x1b]11;rgb:1414/1919/1f1f\x1b\\',
      '\x1b[M #q',
      '\x1b[?62;4c',
      '\x1b_q\x1b\\',
    ];
    for (const answer of answers) await console.burst(answer);
    const bytes = Buffer.from(answers.join(''));
    // Not behind an ESC: whether that is a key is a matter of time.
    for (const [at, byte] of bytes.entries()) {
      if (bytes[at - 1] === 0x1b) continue;
      console.send(bytes.subarray(at, at + (byte === 0x1b ? 2 : 1)));
      await delay(2);
    }
    await console.type('?');
    await console.until('─ Help ─');
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('─ Help ─'));
    expect(console.grid()).toEqual(before);
  });

  it('a paste is one, though its start comes in two reads', async () => {
    const { console, server } = await connected();
    await console.burst('\x1b[20');
    await delay(50);
    await console.burst('0~hello\r/clear\rworld\x1b[201~');
    await console.until('› hello⏎/clear⏎world');
    expect(server.received()).toHaveLength(0);
    await console.press('enter');
    await until(() => server.received().toString() === 'hello\n/clear\nworld', 'what was pasted');
  });

  it('Ctrl-C quits in a paste that never ends', async () => {
    const console = await startConsole();
    await console.burst('\x1b[200~abc');
    await console.press('ctrl-c');
    expect(await console.exited).toEqual({ status: 0, signal: null });
  });

  it('bytes that are not UTF-8 are shown, sent, and kept in the history as they are', async () => {
    const home = stateHome();
    const { console, server } = await connected(home);
    console.send(Buffer.of(0xe4, 0x41));
    await console.until('› \\xE4A');
    await console.press('enter');
    await until(() => server.received().length === 2, 'two bytes');
    expect([...server.received()]).toEqual([0xe4, 0x41]);
    await console.until('→ \\xE4A');
    await until(() => readFileSync(join(home, 'echoscope', 'history'), 'utf8').includes('udce4A'), 'the history');
    await console.press('ctrl-c');
    await console.exited;
    const again = await connected(home);
    await again.console.press('up');
    await again.console.press('up');
    await again.console.until('› \\xE4A');
    await again.console.press('enter');
    await until(() => again.server.received().length === 2, 'two bytes');
    expect([...again.server.received()]).toEqual([0xe4, 0x41]);
  });

  it('Ctrl-L draws all anew over what another program has written', async () => {
    const console = await startConsole();
    const drawn = console.raw().length;
    await console.press('ctrl-l');
    await until(() => console.raw().slice(drawn).includes('\x1b[?1049h'), 'the screen to be entered');
    await console.until('echoscope  tcp://');
    await console.type('still here');
    await console.until('› still here');
  });

  it.runIf(process.platform === 'linux').each([
    ['', '100 to 170 ms here; what rescans an open paste took 6 s', 1_500],
    [' without brackets', '600 ms here; what looks at the line for each read took 14 s', 6_000],
  ] as const)('4 MB are pasted%s in time that grows with their length alone', async (brackets, measured, limitMs) => {
    const { console, server } = await connected();
    const before = processorMs(console.pid);
    const text = `${'hello world '.repeat(333_333)}END`;
    if (brackets === '') await console.paste(text);
    // A write blocks until the program has read, which blocks until its pictures are read: in pieces.
    else
      for (const piece of text.match(/.{1,4000}/gs) ?? []) {
        console.send(Buffer.from(piece));
        await turn();
      }
    await console.until('END');
    expect(processorMs(console.pid) - before, measured).toBeLessThan(limitMs);
    await console.press('enter');
    await until(() => server.received().length === text.length, 'all of it');
  });

  it('10 MB are refused', async () => {
    const console = await startConsole({ columns: 120 });
    await console.paste('hello world '.repeat(833_333));
    await console.until('more than a line holds');
    await console.type('short');
    await console.until('› short');
  });
});
