import { describe, expect, it } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { crashing, startConsole } from '../program.ts';

/** A console that has talked to itself, with one peer from outside. */
const start = async (how: string) => {
  const console = await startConsole({ columns: 160, rows: 30, env: crashing(how) });
  await console.type('before');
  await console.press('enter');
  await console.until(/ ← before /u);
  const client = await openClient(console.port);
  await client.write('hello');
  await client.receive('hello');
  await console.until(new RegExp(`2 +${client.local} +ESTABLISHED .* 5 B +5 B `, 'u'));
  return { console, client };
};

describe('a wire thread that dies', () => {
  it.each([
    ['worker', String.raw`boom\nand its second line`],
    ['worker-exit', 'the wire thread ended (code 7)'],
    ['worker-memory', 'Worker terminated due to reaching memory limit: JS heap out of memory'],
  ])('%s: the console says so, keeps its last picture, and restarts at Ctrl-R', async (how, why) => {
    const { console, client } = await start(how);
    console.signal('SIGUSR2');
    await console.until(` ! the wire has failed, Ctrl-R restarts it: ${why}`);
    expect(await client.ended).not.toBe('own');
    await console.until(/ offline ─*╮/u);
    expect(console.text(), 'the last picture').toMatch(new RegExp(`2 +${client.local} +ESTABLISHED .* 5 B +5 B `, 'u'));
    expect(console.grid()[0]).toMatch(/^ frozen at \d\d:\d\d:\d\d .*2 open · 2 served/u);
    expect(console.grid().at(-1)).toMatch(/^ Ctrl-R restart /u);
    await console.type('kept');
    await console.press('enter');
    await console.until('the wire has failed: Ctrl-R restarts it');

    await console.press('ctrl-r');
    await console.until(/ online ─*╮/u);
    expect(console.grid()[0]).toMatch(new RegExp(`^ echoscope +tcp://127.0.0.1:${console.port} `, 'u'));
    expect(console.text()).not.toContain('Ctrl-R restarts it: ');
    await console.until(/the wire runs again, .*\n.*numbers and counters go on/u);
    await console.until(new RegExp(`2 +${client.local} +shutdown .* 5 B +5 B `, 'u'));
    expect(console.text(), 'the chat stays').toMatch(/ ← before /u);
    await console.press('enter');
    await console.until(/ ← kept /u);
    const another = await openClient(console.port);
    await another.write('again');
    await another.receive('again');
    await console.until(new RegExp(`4 +${another.local} +ESTABLISHED .* 5 B +5 B `, 'u'));
    await console.until((grid) => / 2 open · 4 served /u.test(grid[0] ?? ''));
    another.destroy();
    await console.press('ctrl-c');
    expect(await console.exited).toEqual({ status: 0, signal: null });
  });
});
