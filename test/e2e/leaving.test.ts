import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, openClient } from '../support/net/client.ts';
import { requireProgram } from '../support/program.ts';
import type { ShellOutput } from '../support/shelled.ts';
import { createEmulator, type Emulator, type Size } from '../support/terminal/emulator.ts';
import { openTerminal } from '../support/terminal/pty.ts';
import {
  builtProgram,
  type ConsoleOptions,
  crashing,
  isRow,
  rowOf,
  type ShellConsole,
  startConsoleInShell,
  stateHome,
} from './program.ts';

/** So long a connection that is still owed bytes holds the program up: a test that met it would not end in its time. */
const grace = ['--grace', '5m'];

const farewell = 'echoscope: ended by SIGTERM\n';

const withoutSize = (stty: string) => stty.replace(/rows \d+; columns \d+/u, '');

/** What a terminal is like in which the shell wrote what it writes, and between the two the program these words alone. */
const afterOnly = async (words: string, { before, after }: ShellOutput, size: Size): Promise<Emulator> => {
  const emulator = createEmulator(size);
  await emulator.write(`${before}${words.replaceAll('\n', '\r\n')}${after}`);
  return emulator;
};

/** Expects the program gone with that status, the terminal as it was found, and on it only these words. */
const expectLeft = async (console: ShellConsole, status: number, words: string) => {
  expect(await console.exited).toEqual({ status, signal: null });
  const { before, after } = await console.stty;
  expect(before).toMatch(/ icanon .* echo /su);
  expect(withoutSize(after)).toBe(withoutSize(before));
  const expected = await afterOnly(words, console.words, console.size());
  expect(console.text()).toBe(expected.text());
  expect(console.state()).toEqual(expected.state());
};

const connect = async (port: number): Promise<Client> => {
  const client = await openClient(port);
  onTestFinished(() => client.destroy());
  return client;
};

describe('leaving', () => {
  it('q', async () => {
    const console = await startConsoleInShell();
    await console.press('escape');
    await console.until('┤ Connections ├');
    await console.type('q');
    await expectLeft(console, 0, '');
  });

  it('Ctrl-C in the prompt', async () => {
    const console = await startConsoleInShell();
    await console.type('not sent');
    await console.until('› not sent');
    await console.press('ctrl-c');
    await expectLeft(console, 0, '');
  });

  it('leaves nothing in a file that stderr goes to', async () => {
    const file = join(stateHome(), 'stderr');
    const program = [process.execPath, builtProgram(), ':0'];
    const terminal = openTerminal({
      command: 'sh',
      args: ['-c', 'exec "$@" 2> "$0"', file, ...program],
      env: { XDG_STATE_HOME: stateHome() },
    });
    onTestFinished(() => terminal.close());
    await terminal.until(/ online ─*╮/u);
    await terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
    expect(await readFile(file, 'utf8')).toBe('');
  });

  it('Ctrl-C in the help', async () => {
    const console = await startConsoleInShell();
    await console.press('escape');
    await console.until('┤ Connections ├');
    await console.type('?');
    await console.until('─ Help ─');
    await console.press('ctrl-c');
    await expectLeft(console, 0, '');
  });

  it('Ctrl-C in a window too small for anything', async () => {
    const console = await startConsoleInShell();
    console.resize({ columns: 20, rows: 4 });
    await console.until('Needs 40x10');
    await console.press('ctrl-c');
    await expectLeft(console, 0, '');
  });

  it('from a shell whose window is full', async () => {
    const before = Array.from({ length: 40 }, (_, n) => `line ${n}\r\n`).join('');
    const console = await startConsoleInShell({}, { before, after: '$ ' });
    console.signal('SIGTERM');
    await expectLeft(console, 0, farewell);
  });

  it.each([
    ['SIGINT', ''],
    ['SIGTERM', farewell],
    ['SIGHUP', 'echoscope: ended by SIGHUP\n'],
  ] as const)('%s from outside', async (signal, words) => {
    const console = await startConsoleInShell();
    console.signal(signal);
    await expectLeft(console, 0, words);
  });

  it.each([
    ['exception', 'echoscope: the console failed: boom'],
    ['rejection', 'echoscope: the console failed: boom'],
  ])('a failure that nothing awaited: %s', async (how, words) => {
    const console = await startConsoleInShell({ columns: 160, env: crashing(how) });
    console.signal('SIGUSR2');
    expect((await console.exited).status).toBe(1);
    // No stack trace, no second line.
    const line = console.grid().find((each) => each.startsWith(words)) ?? words;
    await expectLeft(console, 1, `${line}\n`);
  });

  it('an exception in a component', async () => {
    const console = await startConsoleInShell({ columns: 160, env: crashing('component') });
    const client = await connect(console.port);
    console.signal('SIGUSR2');
    // Each byte changes the picture: the first one that is drawn behind the signal fails.
    const talking = setInterval(() => client.write('x').catch(() => undefined), 50);
    onTestFinished(() => clearInterval(talking));
    await expectLeft(console, 1, 'echoscope: the console failed: boom\\nand its second line\n');
  });

  it('an exception in a reducer', async () => {
    const console = await startConsoleInShell({ columns: 160, env: crashing('reducer') });
    console.signal('SIGUSR2');
    await console.type('a message');
    await console.until('› a message');
    await console.press('enter');
    await expectLeft(console, 1, 'echoscope: the console failed: boom\\nand its second line\n');
  });

  it('SIGQUIT from outside: at once, as it asks, but with the terminal in order', async () => {
    const console = await startConsoleInShell();
    console.signal('SIGQUIT');
    await expectLeft(console, 131, 'echoscope: ended by SIGQUIT\n');
  });

  it('an exception in the wire thread', async () => {
    const console = await startConsoleInShell({ columns: 160, env: crashing('worker') });
    console.signal('SIGUSR2');
    await console.until('the wire has failed');
    await console.press('ctrl-c');
    await expectLeft(console, 1, 'echoscope: the wire thread failed: boom\\nand its second line\n');
  });

  it('without memory in the wire thread', async () => {
    const console = await startConsoleInShell({ columns: 160, env: crashing('worker-memory') });
    console.signal('SIGUSR2');
    await console.until('the wire has failed');
    await console.press('ctrl-c');
    const why = 'Worker terminated due to reaching memory limit: JS heap out of memory';
    await expectLeft(console, 1, `echoscope: the wire thread failed: ${why}\n`);
  });

  it('once the wire has failed: with status 1, and the reason is readable afterwards', async () => {
    const console = await startConsoleInShell({ columns: 160, env: crashing('worker-exit') });
    console.signal('SIGUSR2');
    await console.until('the wire has failed');
    await console.press('ctrl-c');
    await expectLeft(console, 1, 'echoscope: the wire thread failed: the wire thread ended (code 7)\n');
  });
});

describe('peers at the end', () => {
  it('idle ones get a FIN and do not hold the program up', async () => {
    const console = await startConsoleInShell({ args: [':0', ...grace] });
    const client = await connect(console.port);
    await client.write('done');
    await client.receive('done');
    await console.press('ctrl-c');
    expect(await client.ended).toBe('FIN');
    await expectLeft(console, 0, '');
  });

  /** More than the buffers of both ends hold. */
  const owed = Buffer.alloc(16 * 1024 * 1024, 'abcdefghij');

  /** A console that is asked to leave while a peer that does not read is owed megabytes. */
  const leaveOwing = async (options: ConsoleOptions = {}) => {
    const console = await startConsoleInShell({ args: [':0', ...grace], ...options });
    const client = await connect(console.port);
    client.pause();
    client.write(owed).catch(() => undefined);
    await console.until((grid) => /^│[▸ ]!/u.test(rowOf(grid, client.local) ?? ''));
    console.signal('SIGTERM');
    await console.until(farewell.trim());
    return { console, client };
  };

  it('one that is owed bytes gets them, in their order, when it reads in time', async () => {
    const { console, client } = await leaveOwing();
    client.resume();
    expect(await client.ended).toBe('FIN');
    await expectLeft(console, 0, farewell);
    expect(client.received().length).toBe(owed.length);
    expect(client.received().equals(owed)).toBe(true);
  });

  it('lose what they are owed with the wire thread: that is said, with status 1', async () => {
    const { console, client } = await leaveOwing({ env: crashing('worker-exit') });
    console.signal('SIGUSR2');
    await expectLeft(console, 1, `${farewell}echoscope: the wire thread failed: the wire thread ended (code 7)\n`);
    client.resume();
    await client.ended;
    expect(client.received().length).toBeLessThan(owed.length);
  });

  it.each(['Ctrl-C', 'SIGINT', 'SIGTERM'] as const)(
    'a second %s does not wait for one that is owed bytes',
    async (again) => {
      const { console } = await leaveOwing();
      if (again === 'Ctrl-C') await console.press('ctrl-c');
      else console.signal(again);
      await expectLeft(console, 0, again === 'Ctrl-C' ? `${farewell}^C` : farewell);
    },
  );
});

describe.runIf(requireProgram('bash'))('leaving for a while', () => {
  /** A shell with job control, and the console in it with a draft in its prompt. */
  const startInShell = async () => {
    const home = stateHome();
    await writeFile(join(home, 'start'), `echo $$ > '${home}/pid'; exec '${process.execPath}' '${builtProgram()}' :0`);
    const shell = openTerminal({
      command: 'bash',
      args: ['--norc', '--noprofile', '-i'],
      env: { PS1: 'shell> ', XDG_STATE_HOME: home },
      columns: 160,
      rows: 30,
    });
    onTestFinished(() => shell.close());
    const run = async (command: string) => {
      await shell.until(/^shell>$/mu);
      await shell.type(command);
      await shell.until(`shell> ${command}`.trim());
      await shell.press('enter');
    };
    await run(`printf '\\033[1;34mfolder\\033[0m notes 안녕\\n'; stty -a > ${home}/stty`);
    await shell.until(/^shell>$/mu);
    await shell.type(`sh ${home}/start`);
    await shell.until(`shell> sh ${home}/start`);
    const found = shell.state();
    await shell.press('enter');
    await shell.until(/ online ─*╮/u);
    await shell.type('before');
    await shell.until('› before');
    /** Expects the shell at its prompt, below what it had written before, and the terminal as the program found it. */
    const expectGivenBack = async () => {
      await shell.until(/^shell>$/mu);
      const { cells, cursor, ...modes } = shell.state();
      const written = cells.slice(0, found.cursor.row + 1);
      expect(written).toEqual(found.cells.slice(0, written.length));
      const prompt = shell.grid().findLastIndex((line) => line !== '');
      expect(cursor).toEqual({ row: prompt, column: 'shell> '.length, visible: true });
      expect(modes).toEqual({ switched: found.switched, others: found.others });
      await run(`stty -a | diff ${home}/stty - && echo same`);
      await shell.until(/^same$/mu);
    };
    const stop = async () => {
      await shell.press('ctrl-z');
      await shell.until(/Stopped .*\nshell>$/mu);
      await expectGivenBack();
    };
    const signal = async (name: NodeJS.Signals) =>
      process.kill(Number(await readFile(join(home, 'pid'), 'utf8')), name);
    return { shell, run, stop, signal, expectGivenBack };
  };

  it('a window that changed meanwhile is drawn anew', async () => {
    const { shell, run, stop } = await startInShell();
    await stop();
    shell.resize({ columns: 80, rows: 24 });
    await run('fg');
    await shell.until((grid) => /^╭┤ Client .* online ─╮$/u.test(grid[16] ?? '') && / quit$/u.test(grid[23] ?? ''));
  });

  it('Ctrl-Z twice in one read stops once', async () => {
    const { shell, run, expectGivenBack } = await startInShell();
    await shell.burst('\x1a\x1a');
    await shell.until(/Stopped .*\nshell>$/mu);
    await expectGivenBack();
    await run('fg');
    await shell.until('› before');
    await shell.type(' and after');
    await shell.until('› before and after');
  });

  it('Ctrl-Z hands the terminal to the shell, and fg brings the console back', async () => {
    const { shell, run, stop, expectGivenBack } = await startInShell();
    await stop();
    await run('fg');
    await shell.until('› before');
    expect(shell.modes()).toMatchObject({ alternateScreen: true, bracketedPaste: true });
    await shell.type(' and after');
    await shell.until('› before and after');
    await shell.press('enter');
    await shell.until(/ ← before and after /u);
    await shell.press('ctrl-c');
    await run('echo "status $?"');
    await shell.until(/^status 0$/mu);
    await expectGivenBack();
  });

  it.each(['SIGSTOP', 'SIGTSTP'] as const)('%s from outside, and fg brings the console back', async (name) => {
    const { shell, signal, expectGivenBack } = await startInShell();
    // Time goes on, and the bars of the rates with it.
    const picture = () => shell.text().replace(/\d/gu, '0').replace(/[▁-▇]/gu, ' ');
    // The client's own row comes with the next picture.
    await shell.until((grid) => grid.some(isRow));
    const before = picture();
    // The second time finds it as the first one did.
    for (const more of [' and after', ' and later']) {
      await signal(name);
      await shell.until('shell>');
      await shell.type('fg');
      await shell.press('enter');
      await expect.poll(picture).toBe(before);
      expect(shell.modes()).toMatchObject({ alternateScreen: true, bracketedPaste: true });
      await shell.type(more);
      await shell.until(`› before${more}`);
      for (const _ of more) await shell.press('backspace');
      await shell.until(/› before +│/u);
    }
    await shell.press('ctrl-c');
    await expectGivenBack();
  });

  it('a window that changed while a SIGSTOP held is drawn anew', async () => {
    const { shell, signal } = await startInShell();
    await signal('SIGSTOP');
    await shell.until('shell>');
    shell.resize({ columns: 80, rows: 24 });
    await shell.type('fg');
    await shell.press('enter');
    await shell.until((grid) => /^╭┤ Client .* online ─╮$/u.test(grid[16] ?? '') && / quit$/u.test(grid[23] ?? ''));
  });

  it('its last message stands below what the shell has written meanwhile', async () => {
    const { shell, stop, expectGivenBack } = await startInShell();
    await stop();
    await shell.type('echo older; kill %1; fg; echo "status $?"');
    await shell.press('enter');
    await shell.until(/^status 0$/mu);
    const lines = shell.grid().filter((line) => line !== '');
    const place = (words: string) => lines.findIndex((line) => line.startsWith(words));
    expect(place('older')).toBeGreaterThan(place('shell> echo older'));
    expect(place(farewell.trim())).toBeGreaterThan(place('older'));
    expect(place('status 0')).toBeGreaterThan(place(farewell.trim()));
    await expectGivenBack();
  });

  it('SIGTERM ends it while it is stopped', async () => {
    const { shell, run, stop, expectGivenBack } = await startInShell();
    await stop();
    await run('kill %1; fg; echo "status $?"');
    await shell.until(/^echoscope: ended by SIGTERM.*\nstatus 0$/mu);
    await expectGivenBack();
  });
});
