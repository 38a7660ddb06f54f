import { afterEach, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal, type TerminalOptions } from './pty.ts';

const open: Terminal[] = [];
const start = (options: TerminalOptions) => {
  const terminal = openTerminal(options);
  open.push(terminal);
  return terminal;
};
const node = (script: string) => start({ command: process.execPath, args: ['-e', script] });

afterEach(async () => {
  await Promise.all(open.splice(0).map((terminal) => terminal.close()));
});

describe('terminal', () => {
  it('types to a program and shows what it answers', async () => {
    const terminal = start({ command: 'sh', args: ['-c', 'read line; echo "got <$line>"'] });
    await terminal.type('안녕 🙂');
    await terminal.press('enter');
    await terminal.until('got <안녕 🙂>');
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
    expect(terminal.raw()).toContain('got <안녕 🙂>\r\n');
  });

  it('gives the program a plain terminal, whatever runs the tests', async () => {
    const terminal = start({
      command: 'sh',
      args: ['-c', 'echo "[$CI|$NODE_ENV|$TERM|$TZ|$EXTRA|$HOME]"; stty size'],
      env: { EXTRA: 'more', HOME: undefined },
      columns: 100,
      rows: 30,
    });
    await terminal.until('[|production|xterm-256color|UTC|more|]');
    await terminal.until('30 100');
  });

  it('passes its new size to the program', async () => {
    const terminal = node(`
      process.stdout.on('resize', () => console.log(process.stdout.columns + 'x' + process.stdout.rows));
      console.log('ready');
      setInterval(() => {}, 1000);
    `);
    await terminal.until('ready');
    terminal.resize({ columns: 60, rows: 12 });
    await terminal.until('60x12');
    expect(terminal.grid()).toHaveLength(12);
  });

  it('pastes in one go, bracketed for a program that asked', async () => {
    const terminal = node(`
      process.stdin.setRawMode(true);
      process.stdin.on('data', (data) => console.log(JSON.stringify(String(data))));
      console.log('\\x1b[?2004hready');
    `);
    await terminal.until('ready');
    await terminal.paste('a\nb');
    await terminal.until('"\\u001b[200~a\\rb\\u001b[201~"');
  });

  it('has the status of a program that ended', async () => {
    const terminal = start({ command: 'sh', args: ['-c', 'echo bye; exit 3'] });
    expect(await terminal.exited).toEqual({ status: 3, signal: null });
    expect(terminal.grid()[0]).toBe('bye');
  });

  it('has the signal that ended a program', async () => {
    const terminal = start({ command: 'sleep', args: ['60'] });
    terminal.signal('SIGTERM');
    expect(await terminal.exited).toEqual({ status: null, signal: 'SIGTERM' });
  });

  it('closes a program that ignores the hang-up', async () => {
    const terminal = node(`process.on('SIGHUP', () => {}); console.log('ready'); setInterval(() => {}, 1000);`);
    await terminal.until('ready');
    await terminal.close();
    expect(await terminal.exited).toEqual({ status: null, signal: 'SIGKILL' });
  });
});
