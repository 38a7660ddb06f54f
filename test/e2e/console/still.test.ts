import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { type Console, rowOf, startConsole } from '../program.ts';

/** Some ticks of a clock that counts seconds: that nothing comes cannot be waited for in another way. */
const stillMs = 3_000;
/** Longer than a rate stays the same before it falls: it is of one second, and at zero within the next. */
const restMs = 2_500;
/** Looks in which all that rightly moves has come to rest. */
const looks = 4;

/** Lets what still moves come to rest, and then gives all that the terminal is sent nevertheless. */
const drawnAtRest = async (console: Console): Promise<string> => {
  for (let look = 0, before = -1; look < looks && console.raw().length !== before; look += 1) {
    before = console.raw().length;
    await delay(restMs);
  }
  const from = console.raw().length;
  await delay(stillMs);
  return console.raw().slice(from);
};

/** A console whose client has said something, and a peer from outside that has as well. Both stay. */
const startTalk = async (columns: number, rows: number) => {
  const console = await startConsole({ columns, rows });
  const peer = await openClient(console.port);
  onTestFinished(() => peer.destroy());
  await peer.write('once');
  await peer.receive('once');
  await console.type('hello');
  await console.press('enter');
  await console.until(/ ← hello /u);
  await console.until((grid) => / 4 B +4 B /u.test(rowOf(grid, peer.local) ?? ''));
  return { console, peer };
};

describe('while nothing happens not a byte is drawn', () => {
  it('in the list, while one could type and while one looks', async () => {
    const { console } = await startTalk(120, 40);
    expect(await drawnAtRest(console)).toBe('');
    await console.press('escape');
    await console.until('┤ Connections ├');
    await console.until(/^│▸ +2 127/mu);
    expect(await drawnAtRest(console)).toBe('');
  });

  it('in the list of those that have closed', async () => {
    const { console, peer } = await startTalk(120, 40);
    peer.destroy();
    await console.type('/disconnect');
    await console.press('enter');
    await console.until('0 open · 2 served');
    expect(await drawnAtRest(console)).toBe('');
  });

  it('in the payload and the stages of a peer, and of our own connection', async () => {
    const { console } = await startTalk(80, 30);
    await console.press('escape');
    await console.until('┤ Connections ├');
    await console.press('enter');
    await console.until('┤ Payload #2 ├');
    await console.press('right');
    await console.until('──→ recv 4 B');
    expect(await drawnAtRest(console)).toBe('');
    await console.type('n');
    await console.until('┤ Stages #1 ├');
    await console.until('──→ recv 5 B');
    expect(await drawnAtRest(console)).toBe('');
  });

  it('in a picture that is frozen, and under a filter by age whose answer stays', async () => {
    const { console } = await startTalk(80, 24);
    await console.press('escape');
    await console.until('┤ Connections ├');
    await console.type(' ');
    await console.until(/^ frozen at /u);
    expect(await drawnAtRest(console)).toBe('');
    await console.type(' ');
    await console.type('/age:<1h');
    await console.until('Connections 2 of 2 ');
    expect(await drawnAtRest(console)).toBe('');
  });
});
