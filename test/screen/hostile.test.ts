import { Console } from 'node:console';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Entry } from '../../src/model/chat/transcript.ts';
import type { View } from '../../src/model/view.ts';
import { layOut, type Pane } from '../../src/screen/layout.ts';
import { mountScreen } from '../../src/screen/mount.tsx';
import type { Emulator, Size } from '../support/terminal/emulator.ts';
import { createKeyboard } from '../support/terminal/keyboard.ts';
import { busy, connection, fakeFeed, minute, note, now, received, sent, snapshot, wallNow } from './fixture.ts';
import { openTerminal } from './terminal.ts';

// Ink patches the console by way of this class, which the console of the test runner lacks.
Object.assign(console, { Console });

/** Text that is wide, that joins, that reorders, that is nothing by itself, or that a terminal would obey. */
const corpus = [
  '안녕하세요 세상',
  '\u1112\u1161\u11ab\u1100\u1173\u11af \u1161\u11a8',
  'e\u0301 a\u0308\u0323 n\u0303',
  `z${'\u0351'.repeat(30)}`,
  '👨‍👩‍👧‍👦 👍🏽 🇰🇷 1️⃣ ❤️ 🏴‍☠️',
  '\u{1f1f0} \u{1f3fd} \ufe0f \u200d \u20e3',
  'שלום עולם مرحبا بالعالم',
  '\u202eevil\u202c \u2066x\u2069 \u200fy \u061cz',
  'a\tb\tc\r\nd\x00e\x07f\x08g\x7f',
  '\x1b[2J\x1b[H\x1b[38;5;199mred\x1b[0m',
  '\x1b]0;title\x07\x1b]52;c;eA==\x07\x1b]8;;http://x\x1b\\link',
  '\x9b2J\x9d0;t\x9c\x90q\x9c',
  '\x1bP+q544e\x1b\\\x1b_Gx\x1b\\\x1b#8\x1bc\x0e\x0f',
  '\ud83d \udc4b \u{e0041}\u{e007f} \u{110bd}\u{11083}',
  'กำลัง ຄຳ ﷺ \u3000 ㌀ ～',
  `${'漢'.repeat(60)} ${'a'.repeat(120)}`,
] as const;

const entriesOf = (text: string): readonly Entry[] => [note(1, text, 'error'), sent(2, text), received(3, text, 0.21)];

/** The same text wherever a text can be. */
const viewOf = (text: string): View => ({
  ...busy,
  notice: text,
  endpoints: [{ transport: 'tcp', host: text, port: 1 }, ...busy.endpoints],
  client: { ...busy.client, endpoint: { transport: 'udp', host: text, port: 1 }, local: `${text}:1` },
  snapshot: snapshot([
    connection(2, { peer: `${text}:1`, how: 'error', error: text, state: 'CLOSED', local: `${text}:1` }),
    connection(1, { peer: `${text}:1`, local: `${text}:1` }),
  ]),
  transcript: entriesOf(text),
});

/** What the program itself writes: styles, moves and erasures, and modes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
const ours = /\x1b\[(?:[\d;]*[mABCDEFGHJK]|\?(?:25|1049|2004|2026)[hl])|\x1b\]52;c;[\w+/=]*\x07|\r?\n|\r/gu;
/** Every control and every character that reorders text. */
const control = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const open = (text: string, size: Size) => {
  const { stdin, stdout, emulator, raw } = openTerminal(size);
  const screen = mountScreen({
    feed: fakeFeed(viewOf(text), minute),
    act: () => undefined,
    now,
    wallNow,
    stdin,
    stdout,
  });
  onTestFinished(() => screen.unmount());
  return { ...createKeyboard((data) => stdin.push(data), emulator.modes), emulator, raw };
};

/** Every edge of every pane stands where the layout has it. */
const checkPanes = ({ cells }: Emulator, { columns, rows }: Size, focus: Pane) => {
  const layout = layOut({ columns, rows, recent: [focus, 'payload'], hasNotice: true, isZoomed: false });
  if (layout.kind === 'cramped') throw new Error('cramped');
  for (const rect of Object.values(layout.panes)) {
    if (rect === null) continue;
    const edges = cells()
      .slice(rect.top, rect.top + rect.height)
      .map((row) => `${row[rect.left]?.glyph}${row[rect.left + rect.width - 1]?.glyph}`);
    expect(edges).toEqual(['╭╮', ...Array.from({ length: rect.height - 2 }, () => '││'), '╰╯']);
  }
};

/** Every edge of what lies above the panes stands below its corner. */
const checkOverlay = ({ cells }: Emulator, title: string) => {
  const grid = cells().map((row) => row.map(({ glyph }) => glyph));
  const corner = (row: readonly string[]) =>
    row.findIndex((glyph, x) => glyph === '╭' && row.slice(x).join('').startsWith(`╭─ ${title}`));
  const top = grid.findIndex((row) => corner(row) >= 0);
  const left = corner(grid[top] ?? []);
  const right = (grid[top] ?? []).indexOf('╮', left);
  const bottom = grid.findIndex((row, y) => y > top && row[left] === '╰');
  expect(bottom).toBeGreaterThan(top + 2);
  for (const row of grid.slice(top + 1, bottom)) expect([row[left], row[right]]).toEqual(['│', '│']);
};

const sizes: readonly Size[] = [
  { columns: 160, rows: 50 },
  { columns: 100, rows: 30 },
  { columns: 80, rows: 24 },
  { columns: 60, rows: 20 },
];

describe.each(sizes)('at $columns by $rows', (size) => {
  it.each(corpus)('%j moves no border and reaches the terminal as text', async (text) => {
    const { emulator, press, type, paste, raw } = open(text, size);
    /** Presses Escape, and waits until what it leaves is gone: a key right behind it would be read with it, as Alt. */
    const leave = async (left: string): Promise<void> => {
      await press('escape');
      await emulator.until((grid) => !grid.join('\n').includes(left));
    };
    await emulator.until((grid) => /quit/.test(grid.join('\n')) && emulator.modes().bracketedPaste);
    await paste(text);
    await emulator.until((grid) => !grid.join('\n').includes('type a message'));
    checkPanes(emulator, size, 'client');
    await press('escape');
    await emulator.until('┤ Connections ├');
    checkPanes(emulator, size, 'connections');
    await press('enter');
    await emulator.until('┤ Payload #');
    checkPanes(emulator, size, 'payload');
    await press('escape');
    await emulator.until('┤ Connections ├');
    await type('W');
    await emulator.until('send to all');
    await paste(text);
    await emulator.until((grid) => !grid.join('\n').includes('its bytes, nothing'));
    checkPanes(emulator, size, 'connections');
    await leave('send to all');
    await type('/!');
    await paste(`${text.replaceAll(/\s/g, '')}`);
    await emulator.until(/Connections \d of 2 |┤ Connections ├/u);
    checkPanes(emulator, size, 'connections');
    await press('escape');
    await emulator.until('┤ Connections ├');
    // There is nothing to copy for a host of such a name.
    await type('c?');
    await emulator.until('─ Help ');
    checkOverlay(emulator, 'Help');
    await paste(text);
    checkOverlay(emulator, 'Help');
    expect(JSON.stringify(raw().replace(ours, '').match(control)?.[0])).toBe(undefined);
    expect(raw()).not.toContain('\x1b[38;5;199m');
  });
});
