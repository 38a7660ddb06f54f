import { describe, expect, it, vi } from 'vitest';
import type { CallRun } from '../../../src/model/calls.ts';
import type { Piece } from '../../../src/model/payload.ts';
import type { View } from '../../../src/model/view.ts';
import { layOut, type Pane, panes, type Rect } from '../../../src/screen/layout.ts';
import { printable } from '../../../src/text/printable.ts';
import type { Drawing } from '../../support/terminal/ink.ts';
import { type Cells, columnFaultsOf, cutGlyphsOf, faultsOf, overlayOf } from '../borders.ts';
import { busy, connection, note, nowMs, quiet, received, sent, snapshot } from '../fixture.ts';

// What Ink asks about colours is answered before it is imported; NO_COLOR is read by our own palette.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '3';
});

const coloured = await import('../open.tsx');
vi.stubEnv('NO_COLOR', '1');
vi.resetModules();
const plain = await import('../open.tsx');
vi.unstubAllEnvs();

/** Sizes whose pages are stored, for a person to look at: beside each other, and one above the other. */
const storedSizes: readonly (readonly [columns: number, rows: number])[] = [
  [120, 34],
  [80, 24],
];

/** Further sizes: the largest, wide, three rows, narrow. */
const sizes = [...storedSizes, [200, 60], [160, 50], [100, 30], [60, 20]] as const;

const payloads = {
  English: ['GET / HTTP/1.1\r\nHost: echo\r\n\r\n', 'a cafe\u0301, \x1b[2J and the end'],
  Korean: ['안녕하세요 세상, 소켓 한쪽에 쓰면 반대쪽에서 읽는다. 길면 넘어간다.\n', '받은 그대로 👋 가\u202e나'],
} as const;

const encoder = new TextEncoder();
const startMs = nowMs - 12_000;

const chunk = (key: number, by: 'peer' | 'us', text: string): Piece => {
  const bytes = encoder.encode(text);
  return { type: 'chunk', key, by, at: startMs + key, offset: 1200, bytes, skipped: 0 };
};

/** Twelve reads and as many sends. */
const calls = Array.from({ length: 24 }, (_, call): CallRun => {
  const at = startMs + call * 2.5;
  return { call: call % 2 === 0 ? 'recv' : 'send', from: at, to: at, count: 1, bytes: 21 + call };
});

/** The busy console, its chat in one language, and a newest peer that has said something and is gone. */
const viewOf = ([first, second]: readonly [string, string]): View => ({
  ...busy,
  snapshot: snapshot(
    [
      ...busy.snapshot.connections.all.slice(0, 4),
      connection(15, {
        state: 'CLOSED',
        how: 'error',
        error: 'ETIMEDOUT',
        bytesIn: 1256,
        bytesOut: 1240,
        reads: 12,
        writes: 12,
        at: { recv: 0.4, send: 0.5, finReceived: 100, close: 2100.4 },
      }),
      ...busy.snapshot.connections.all.slice(4),
    ],
    { totals: busy.snapshot.totals, rate: busy.snapshot.rate },
  ),
  transcript: [note(1, 'connected to 127.0.0.1:8080'), sent(2, first), received(3, first, 0.21), sent(4, second)],
  detail: {
    id: 15,
    startMs,
    pieces: [
      { type: 'skipped', key: 1, peer: 1200, us: 1200 },
      ...[chunk(2, 'peer', first), chunk(3, 'us', first), chunk(4, 'peer', second), chunk(5, 'us', second)],
    ],
    calls: { client: null, calls },
  },
});

/** Presses Escape, and waits until what it leaves is gone: a key right behind it would be read with it, as Alt and a key. */
const leave = async (drawing: Drawing, left: string): Promise<void> => {
  await drawing.press('escape');
  await drawing.until((grid) => !grid.join('\n').includes(left));
};

/** A view: how to get there from the one before, and where the keys go then. */
interface Sight {
  readonly name: string;
  readonly go: (drawing: Drawing, text: string) => Promise<void>;
  /** The panes that had the keys last, that of now first. */
  readonly recent: readonly Pane[];
  readonly isZoomed?: boolean;
  /** Title of what lies on top. */
  readonly overlay?: string;
  /** Not stored: all but a few words of it is on another page. */
  readonly isAlike?: true;
}

const list = { recent: ['connections', 'client', 'payload', 'stages'] } as const;
const payload = { recent: ['payload', 'connections', 'stages', 'client'] } as const;
const stages = { recent: ['stages', 'payload', 'connections', 'client'] } as const;

const walk: readonly Sight[] = [
  {
    name: 'typing',
    recent: ['client', 'payload', 'connections', 'stages'],
    go: async (drawing, text) => {
      await drawing.paste(text);
      await drawing.until((grid) => !grid.join('').includes('type a message'));
    },
  },
  {
    name: 'frozen list',
    ...list,
    go: async (drawing) => {
      await drawing.press('escape');
      await drawing.until('┤ Connections ├');
      await drawing.type(' ');
      await drawing.until('frozen at 10:42:07');
    },
  },
  {
    name: 'a key that does nothing',
    ...list,
    isAlike: true,
    go: async (drawing) => {
      await drawing.burst(' ~');
      await drawing.until('~ does nothing here');
    },
  },
  {
    name: 'quitting',
    ...list,
    isAlike: true,
    go: async (drawing) => {
      await drawing.type('q');
      await drawing.until('3 peers from outside are connected: q again quits');
    },
  },
  {
    name: 'filter that cannot be read',
    ...list,
    go: async (drawing) => {
      await drawing.burst('/in:>');
      await drawing.until('! in: wants a value');
    },
  },
  {
    name: 'filtered and sorted',
    ...list,
    isAlike: true,
    go: async (drawing) => {
      await drawing.burst('100');
      await drawing.press('enter');
      await drawing.burst('sssss');
      await drawing.until(/ in▼/u);
    },
  },
  {
    name: 'no match',
    ...list,
    isAlike: true,
    go: async (drawing) => {
      await drawing.type('/');
      await drawing.press('ctrl-u');
      await drawing.burst('udp');
      await drawing.until('None of them matches');
    },
  },
  {
    name: 'sending',
    ...list,
    go: async (drawing, text) => {
      await leave(drawing, 'None of them matches');
      await drawing.burst('gw');
      await drawing.paste(text);
      await drawing.until('send to #13: ');
      await drawing.until((grid) => !grid.join('').includes('a message, or /eol'));
    },
  },
  {
    name: 'replay',
    ...list,
    overlay: 'Play #13 again',
    isAlike: true,
    go: async (drawing) => {
      await leave(drawing, 'send to #13: ');
      await drawing.type('c');
      await drawing.until('─ Play #13 again ─');
    },
  },
  {
    name: 'help',
    ...list,
    overlay: 'Help',
    go: async (drawing) => {
      await leave(drawing, '─ Play #13 again ─');
      await drawing.type('?');
      await drawing.until('─ Help ─');
    },
  },
  {
    name: 'help, found',
    ...list,
    overlay: 'Help',
    isAlike: true,
    go: async (drawing) => {
      await drawing.type('rst');
      await drawing.until(/find: rst .*Resets it/su);
    },
  },
  {
    name: 'palette',
    ...list,
    overlay: 'Do',
    go: async (drawing) => {
      await leave(drawing, '─ Help ─');
      await drawing.type(':close');
      await drawing.until(/: close .*▸ Closes it/su);
    },
  },
  {
    name: 'payload as hex',
    ...payload,
    go: async (drawing) => {
      await leave(drawing, '─ Do ─');
      await leave(drawing, 'Payload #13');
      await drawing.press('enter');
      await drawing.until('┤ Payload #15 ├');
      await drawing.type('t');
      await drawing.until(' hex ─╮');
    },
  },
  {
    name: 'stages',
    ...stages,
    go: async (drawing) => {
      await drawing.press(drawing.text().includes('Stages #') ? 'tab' : 'right');
      await drawing.until('┤ Stages #15 ├');
      await drawing.burst('gj');
      await drawing.until(/rungs 2-\d+ of 27/u);
    },
  },
  {
    name: 'zoomed',
    ...stages,
    isZoomed: true,
    go: async (drawing) => {
      await drawing.type('z');
      await drawing.until(' [Stages]');
    },
  },
];

/** The panes of a view. */
const rectsOf = (columns: number, rows: number, { recent, isZoomed = false }: Sight): Partial<Record<Pane, Rect>> => {
  const layout = layOut({ columns, rows, recent, isZoomed, hasNotice: false });
  if (layout.kind === 'cramped') return {};
  return Object.fromEntries(panes.flatMap((pane) => (layout.panes[pane] === null ? [] : [[pane, layout.panes[pane]]])));
};

const inColour = ({ foreground, background }: { readonly foreground: unknown; readonly background: unknown }) =>
  foreground !== null || background !== null;

/** All of a pane without its blanks: a text stands in it as it is, wherever it was wrapped. */
const textIn = (cells: Cells, { left, top, width, height }: Rect): string =>
  cells
    .slice(top + 1, top + height - 1)
    .flatMap((row) => row.slice(left + 1, left + width - 1))
    .map(({ glyph }) => glyph.trim())
    .join('');

/**
 * Checks that every edge is in its place and every cell drawn, that no glyph is cut and no number out of its column, that
 * header and footer are in their lines, and that colour changes no character.
 */
const check = (pair: readonly [Drawing, Drawing], columns: number, rows: number, sight: Sight): readonly string[] => {
  const [bright, sober] = pair;
  const cells = bright.cells();
  const above = sight.overlay === undefined ? null : overlayOf(cells, sight.overlay);
  const rects = Object.values(rectsOf(columns, rows, sight));
  expect(rects.length).toBeGreaterThan(0);
  for (const rect of rects) expect(faultsOf(cells, rect, above)).toEqual([]);
  if (above !== null) expect(faultsOf(cells, above, null)).toEqual([]);
  expect(cutGlyphsOf(cells)).toEqual([]);
  expect(columnFaultsOf(cells)).toEqual([]);
  expect(bright.grid()).toHaveLength(rows);
  expect(bright.grid()[0]).toMatch(/^ (?:echoscope {2}tcp:|frozen at \d)/u);
  expect(bright.grid().at(-1)).toMatch(/^ \S/u);
  expect(sober.grid()).toEqual(bright.grid());
  expect(cells.flat().some(inColour)).toBe(true);
  expect(sober.cells().flat().some(inColour)).toBe(false);
  return bright.grid();
};

describe.each(sizes)('every view at %i by %i', (columns, rows) => {
  it.each(Object.entries(payloads))('is whole with %s in it, with colours and without', async (language, texts) => {
    const pair = [
      await coloured.open(viewOf(texts), columns, rows),
      await plain.open(viewOf(texts), columns, rows),
    ] as const;
    const pages: string[] = [];
    for (const sight of walk) {
      await Promise.all(pair.map((drawing) => sight.go(drawing, texts[0])));
      const page = check(pair, columns, rows, sight);
      const { client, payload } = rectsOf(columns, rows, sight);
      const newest = printable(texts[1]).replaceAll(/\s/gu, '');
      // What was said last is whole below its time, however narrow the pane: in the chat, and of the newest peer.
      if (client !== undefined && sight.overlay === undefined)
        expect(textIn(pair[0].cells(), client), sight.name).toContain(newest);
      if (payload !== undefined && sight.name === 'typing') expect(textIn(pair[0].cells(), payload)).toContain(newest);
      if (sight.isAlike !== true) pages.push(`== ${sight.name}`, ...page, '');
    }
    if (storedSizes.some(([width, height]) => width === columns && height === rows))
      await expect(pages.join('\n')).toMatchFileSnapshot(`grids/${columns}x${rows}-${language.toLowerCase()}.txt`);
  });

  it('is whole before anybody has come', async () => {
    const pair = [await coloured.open(quiet, columns, rows), await plain.open(quiet, columns, rows)] as const;
    for (const drawing of pair) {
      await drawing.press('escape');
      // The keys of the list below it: the prompt has been left.
      await drawing.until(
        (grid) => grid.join().includes('nc 127.0.0.1 8080') && /^ ↑↓ select/u.test(grid.at(-1) ?? ''),
      );
    }
    check(pair, columns, rows, { name: 'empty', ...list, go: () => Promise.resolve() });
  });
});
