import { Console } from 'node:console';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileCalls } from '../../../src/commands/console/files.ts';
import { createSession } from '../../../src/commands/console/session.ts';
import { monotonicMs } from '../../../src/memory/clock.ts';
import { LiveFeed } from '../../../src/model/feed.ts';
import { mountScreen, type Screen } from '../../../src/screen/mount.tsx';
import { rowWith } from '../../model/row.ts';
import { openTerminal } from '../../screen/terminal.ts';
import { DataSource } from '../../sources/data-source.ts';
import { recordsOf } from '../../support/recording.ts';
import type { Emulator } from '../../support/terminal/emulator.ts';

// Ink patches the console by way of this class, which the console of the test runner lacks.
Object.assign(console, { Console });

const refusal = 'this is a recording: nothing can be sent';
const rows = [
  rowWith({ id: 1, peer: '10.0.0.1:5001', bytesIn: 10, bytesOut: 10, reads: 1, writes: 1 }),
  rowWith({ id: 2, peer: '10.0.0.2:5002', bytesIn: 1234, bytesOut: 7, reads: 3, writes: 1 }),
];
const payload = recordsOf(['recv', new TextEncoder().encode('hello 안녕')]);

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.unmount();
  screen = null;
});

/** The whole console on a source of data: feed, session, and the mounted screen. */
const open = async (source: DataSource) => {
  let hasQuit = false;
  const remembered: string[] = [];
  const feed = new LiveFeed({ read: () => source.read(), detail: source });
  const session = createSession({
    source,
    feed,
    history: { append: (line) => remembered.push(line) },
    calls: new FileCalls(() => undefined),
    quit: () => {
      hasQuit = true;
    },
  });
  feed.announce([], null, source.refusal);
  session.start(undefined);
  const { emulator, stdin, stdout } = openTerminal({ columns: 140, rows: 40 });
  screen = mountScreen({ feed, act: session.act, now: monotonicMs, wallNow: Date.now, stdin, stdout });
  await emulator.until((grid) => grid.join('\n').includes('quit') && emulator.modes().bracketedPaste);
  const press = async (keys: string, shown: Parameters<Emulator['until']>[0]): Promise<void> => {
    stdin.push(keys);
    await emulator.until(shown);
  };
  return {
    text: emulator.text,
    until: emulator.until,
    press,
    type: (keys: string) => stdin.push(keys),
    remembered,
    hasQuit: () => hasQuit,
  };
};

describe('a source that only shows', () => {
  let source: DataSource;
  beforeEach(() => {
    source = new DataSource({ rows, payload, refusal });
  });

  it('has its connections in the list, their counters, and new ones as they come', async () => {
    const { text, until, press } = await open(source);
    expect(text()).toMatch(/ 2 10\.0\.0\.2:5002 +ESTABLISHED .* 1\.2 kB +7 B/);
    await press('\x1b', '┤ Connections ├');
    expect(text()).toContain('─ Payload #2 ─');
    expect(text()).toMatch(/in +1,234 B +3 reads/);
    source.show([...rows, rowWith({ id: 3, peer: '10.0.0.3:5003' })]);
    await until('10.0.0.3:5003');
    expect(text()).toContain('3 open · 3 served');
  });

  it('has the calls and the payload of one connection in its detail', async () => {
    const { text, press } = await open(source);
    await press('\x1b', '┤ Connections ├');
    await press('\r', 'hello 안녕');
    expect(text()).toContain('─ Stages #2 ─');
    expect(text()).toMatch(/recv 12 B/);
  });

  it.each([
    ['echo', 'e'],
    ['pause', 'p'],
    ['half-close', 'h'],
    ['close, at the first press', 'x'],
    ['reset, at the first press', 'X'],
    ['echo for all', 'E'],
    ['bytes for a connection', 'whello\r'],
    ['reconnect', 'r'],
  ])('refuses in its own words: %s', async (_name, keys) => {
    const { text, press } = await open(source);
    await press('\x1b', '┤ Connections ├');
    await press(keys, `! ${refusal}`);
    expect(text()).not.toContain('again');
    expect(source.commands).toEqual([]);
  });

  it('writes what a connection said to a file, byte for byte, and keeps a file that is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'echoscope-save-'));
    const path = join(folder, 'in.bin');
    try {
      const { press } = await open(source);
      await press(`/save-bytes in ${path}\r`, '(in)');
      expect(await readFile(path, 'utf8')).toBe('hello 안녕');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await press(`/save-bytes both ${path}\r`, 'EEXIST');
      await press(`/save-bytes! out ${path}\r`, '(out)');
      expect(await readFile(path, 'utf8')).toBe('');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses a message, keeps its draft, and runs the commands that need no source', async () => {
    const { text, press, remembered } = await open(source);
    expect(text()).toContain(`› ${refusal}`);
    await press('hello\r', `! ${refusal}`);
    expect(text()).toContain('› hello');
    await press('\x15/clear\r', (grid) => !grid.join('\n').includes(`! ${refusal}`));
    await press('/connect :9\r', `! ${refusal}`);
    expect(remembered).toEqual(['/clear', '/connect :9']);
    expect(source.commands).toEqual([]);
  });

  it('reports in the chat what its peers said', async () => {
    const { until } = await open(source);
    source.events.said({ id: 2, bytes: new TextEncoder().encode('bye'), length: 3 });
    await until('#2 said: bye');
  });

  it('is left by q', async () => {
    const { press, type, hasQuit } = await open(source);
    await press('\x1b', '┤ Connections ├');
    type('q');
    await expect.poll(hasQuit).toBe(true);
  });
});

describe('a source that acts', () => {
  it('gets the command of a key, with its words in the chat', async () => {
    const source = new DataSource({ rows });
    const { press } = await open(source);
    await press('\x1b', '┤ Connections ├');
    await press('x', 'x again closes #2 with FIN; any other key leaves it open');
    await press('x', /#2 closed by us: FIN follows/u);
    await press('p', /#2: we stop reading;/u);
    expect(source.commands).toEqual([
      { id: 2, command: { type: 'close' } },
      { id: 2, command: { type: 'pause' } },
    ]);
  });

  it('shows a crash, refuses until it is restarted, and acts again', async () => {
    const source = new DataSource({ rows });
    const { press, until } = await open(source);
    source.refusal = 'the source has failed';
    source.events.crash(new Error('out of luck'));
    await until('the wire has failed, Ctrl-R restarts it: out of luck');
    await press('\x1b', '┤ Connections ├');
    await press('e', '! the source has failed');
    await press('\x12', 'the wire runs again');
    await press('e', 'echo line for #2');
    expect(source.commands).toEqual([{ id: 2, command: { type: 'discipline', discipline: 'line' } }]);
  });
});
