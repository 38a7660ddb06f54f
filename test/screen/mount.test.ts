import { Console } from 'node:console';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { View } from '../../src/model/view.ts';
import type { Intent } from '../../src/screen/keys/actions.ts';
import { mountScreen, type Screen } from '../../src/screen/mount.tsx';
import type { Emulator, Size } from '../support/terminal/emulator.ts';
import { busy, fakeFeed, minute, now, nowMs, quiet, wallNow } from './fixture.ts';
import { openTerminal } from './terminal.ts';

// Ink patches the console by way of this class, which the console of the test runner lacks.
Object.assign(console, { Console });

const mounted: Screen[] = [];
afterEach(async () => {
  for (const screen of mounted.splice(0)) await screen.unmount();
});

/** The screen as the program mounts it. */
const mount = (view: View, size: Size, clock = now, wallClock = wallNow) => {
  const terminal = openTerminal(size);
  const feed = fakeFeed(view, minute);
  const intents: Intent[] = [];
  const { stdin, stdout } = terminal;
  const clocks = { now: clock, wallNow: wallClock };
  const screen = mountScreen({ feed, act: (intent) => intents.push(intent), ...clocks, stdin, stdout });
  mounted.push(screen);
  return { ...terminal, feed, intents, screen };
};

/** What a window of this size shows when it is opened at this size. */
const fresh = async (view: View, size: Size): Promise<readonly string[]> => {
  const { emulator } = mount(view, size);
  await ready(emulator);
  return emulator.grid();
};

/** The frame is there down to its last line, and the keys are heard. */
const ready = ({ until, modes }: Emulator) =>
  until((grid) => /quit|Needs/.test(grid.join('\n')) && modes().bracketedPaste);

const sizes = ['160x50', '100x30', '80x24', '60x20', '40x10', '30x8'].map((text) => {
  const [columns = 0, rows = 0] = text.split('x').map(Number);
  return { text, columns, rows };
});

describe('mounting', () => {
  it('takes the alternate screen and gives the terminal back', async () => {
    const { emulator, screen } = mount(busy, { columns: 80, rows: 24 });
    await ready(emulator);
    expect(emulator.modes()).toMatchObject({ alternateScreen: true, bracketedPaste: true });
    await screen.unmount();
    await screen.done;
    expect(emulator.modes()).toMatchObject({ alternateScreen: false, bracketedPaste: false, cursorHidden: false });
    expect(emulator.text().trim()).toBe('');
  });

  it('asks to quit at Ctrl-C and goes on until it is unmounted', async () => {
    const { emulator, stdin, intents } = mount(quiet, { columns: 80, rows: 24 });
    await ready(emulator);
    stdin.push('\x03');
    await expect.poll(() => intents).toContainEqual({ type: 'quit' });
    expect(emulator.modes().alternateScreen).toBe(true);
  });

  it('draws a key that comes right behind a picture within 8 ms of it, unless the machine is late', async () => {
    const { emulator, feed, stdin } = mount(busy, { columns: 80, rows: 24 });
    await ready(emulator);
    const drawn = async (text: string): Promise<void> => {
      while (!emulator.text().includes(text)) await turn();
    };
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => timers.mockRestore());
    feed.show({ ...busy, notice: 'a picture' });
    await drawn('a picture');
    stdin.push('ż');
    await drawn('ż');
    expect(Math.max(...timers.mock.calls.map(([, waitMs = 0]) => waitMs))).toBe(8);
  });

  it('sends the lines of one chunk in their order', async () => {
    const { emulator, stdin, intents } = mount(busy, { columns: 80, rows: 24 });
    await ready(emulator);
    stdin.push('안녕\rtwo\r');
    await expect
      .poll(() => intents.filter(({ type }) => type === 'send'))
      .toEqual(['안녕', 'two'].map((text) => ({ type: 'send', bytes: new TextEncoder().encode(text) })));
  });
});

/** Lets a second and more go by at once. Timers otherwise follow the real time, as Ink needs it. */
const oneSecondOn = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(1_300);
  // React draws in one of the next turns of the event loop, and Ink 8 ms after its last frame.
  for (let n = 0; n < 20; n++) {
    await turn();
    await vi.advanceTimersByTimeAsync(10);
  }
};

const fakeTimers = () => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    shouldAdvanceTime: true,
  });
  onTestFinished(() => void vi.useRealTimers());
};

describe('frames', () => {
  it('are not drawn while nothing changes', async () => {
    fakeTimers();
    const { emulator, writes, feed } = mount(busy, { columns: 80, rows: 24 });
    await ready(emulator);
    const before = writes();
    feed.show(busy);
    await oneSecondOn();
    expect(writes()).toBe(before);
  });

  it('are drawn for a filter by age when time alone changes what it lets through, and at no other second', async () => {
    fakeTimers();
    let clock = nowMs;
    const { emulator, stdin, writes } = mount(busy, { columns: 80, rows: 24 }, () => clock);
    await ready(emulator);
    stdin.push('\x1b');
    await emulator.until('┤ Connections ├');
    stdin.push('/age:>30s !closed');
    await emulator.until('Connections 2 of 6');
    const before = writes();
    clock += 17_000;
    await oneSecondOn();
    expect(writes()).toBe(before);
    clock += 2_000;
    await oneSecondOn();
    expect(writes()).toBeGreaterThan(before);
    await emulator.until('Connections 4 of 6');
  });

  it('are drawn when a day ends: what was opened today has a date from then on, but not in a frozen picture', async () => {
    let wallMs = new Date(wallNow()).setHours(24, 0, 0, 0) - 200;
    const size = { columns: 120, rows: 30 };
    const [live, frozen] = [mount(busy, size, now, () => wallMs), mount(busy, size, now, () => wallMs)];
    const times = (emulator: Emulator) => emulator.text().match(/ESTABLISHED +10:4\d:\d\d/g)?.length;
    for (const { emulator, stdin } of [live, frozen]) {
      await ready(emulator);
      stdin.push('\x1b');
      await emulator.until('┤ Connections ├');
      expect(times(emulator)).toBeGreaterThan(1);
    }
    frozen.stdin.push(' ');
    await frozen.emulator.until('frozen at');
    wallMs += 200;
    await live.emulator.until(/ESTABLISHED +[A-Z][a-z]{2} [ \d]\d /u);
    expect(times(live.emulator)).toBeUndefined();
    frozen.stdin.push('?');
    await frozen.emulator.until('─ Help ─');
    frozen.stdin.push('\x1b');
    await frozen.emulator.until((grid) => !grid.join('\n').includes('─ Help ─'));
    expect(times(frozen.emulator)).toBeGreaterThan(1);
  });

  it.each(
    sizes.flatMap((from) => sizes.filter((to) => to !== from).map((to) => [from.text, to.text, from, to] as const)),
  )('leave nothing behind from %s to %s', async (_from, _to, from, to) => {
    const expected = await fresh(busy, to);
    const { emulator, resize } = mount(busy, from);
    await ready(emulator);
    resize(to);
    await emulator.until((grid) => grid.join('\n') === expected.join('\n'));
  });
});
