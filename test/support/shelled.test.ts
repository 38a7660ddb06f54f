import { describe, expect, it } from 'vitest';
import { openShelled } from './shelled.ts';

const raw = 'process.stdin.setRawMode(true); console.log("raw"); process.stdin.resume();';
const silent = { before: '', after: '' };
const node = (script: string) => openShelled({ command: process.execPath, args: ['-e', script] }, silent);

describe('shelled terminal', () => {
  it('has the same modes after a program that restores them', async () => {
    const terminal = node(`${raw} process.stdin.once('data', () => process.exit(4));`);
    await terminal.until('raw');
    await terminal.press('enter');
    expect(await terminal.exited).toEqual({ status: 4, signal: null });
    const { before, after } = await terminal.stty;
    expect(before).toMatch(/ icanon /u);
    expect(after).toBe(before);
  });

  it('shows that a killed program left the terminal raw', async () => {
    const terminal = node(raw);
    await terminal.until('raw');
    terminal.signal('SIGKILL');
    expect(await terminal.exited).toEqual({ status: 128 + 9, signal: null });
    expect((await terminal.stty).after).toMatch(/ -icanon /u);
    expect(terminal.text().trim()).toBe('raw');
  });

  it('outlives a Ctrl-C that the terminal turns into a signal', async () => {
    const terminal = openShelled({ command: 'sh', args: ['-c', 'echo ready; exec sleep 60'] });
    await terminal.until('ready');
    await terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({ status: 128 + 2, signal: null });
    const { before, after } = await terminal.stty;
    expect(after).toBe(before);
  });

  it('closes', async () => {
    const terminal = node(`${raw} process.on('SIGHUP', () => {});`);
    await terminal.until('raw');
    await terminal.close();
    expect(await terminal.exited).toEqual({ status: 128 + 9, signal: null });
  });
});
