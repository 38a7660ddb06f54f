import { describe, expect, it } from 'vitest';
import { openTerminalInShell } from './shelled.ts';

const raw = 'process.stdin.setRawMode(true); console.log("raw"); process.stdin.resume();';
const silent = { before: '', after: '' };
const node = (script: string) => openTerminalInShell({ command: process.execPath, args: ['-e', script] }, silent);

describe('a program that a shell started', () => {
  it('leaves the modes of the terminal as they were, if it restores them', async () => {
    const terminal = node(`${raw} process.stdin.once('data', () => process.exit(4));`);
    await terminal.until('raw');
    await terminal.press('enter');
    expect(await terminal.exited).toEqual({ status: 4, signal: null });
    const { before, after } = await terminal.stty;
    expect(before).toMatch(/ icanon /u);
    expect(after).toBe(before);
  });

  it('leaves the terminal raw when it is killed', async () => {
    const terminal = node(raw);
    await terminal.until('raw');
    terminal.signal('SIGKILL');
    expect(await terminal.exited).toEqual({ status: 128 + 9, signal: null });
    expect((await terminal.stty).after).toMatch(/ -icanon /u);
    expect(terminal.text().trim()).toBe('raw');
  });

  it('ends by Ctrl-C, and the shell lives on', async () => {
    const terminal = openTerminalInShell({ command: 'sh', args: ['-c', 'echo ready; exec sleep 60'] });
    await terminal.until('ready');
    await terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({ status: 128 + 2, signal: null });
    const { before, after } = await terminal.stty;
    expect(after).toBe(before);
  });

  it('closes when the test asks for it', async () => {
    const terminal = node(`${raw} process.on('SIGHUP', () => {});`);
    await terminal.until('raw');
    await terminal.close();
    expect(await terminal.exited).toEqual({ status: 128 + 9, signal: null });
  });
});
