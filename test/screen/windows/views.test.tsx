import { describe, expect, it, vi } from 'vitest';
import type { CallRun } from '../../../src/model/calls.ts';
import type { Piece } from '../../../src/model/payload.ts';
import type { View } from '../../../src/model/view.ts';
import { layOut, layOutDetail, type Pane, type Part, type Rect } from '../../../src/screen/layout.ts';
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
  [100, 30],
  [80, 24],
];

/** Further sizes: wide, narrow beside each other, the least above each other, one pane at a time. */
const sizes = [...storedSizes, [160, 50], [120, 34], [72, 22], [60, 20]] as const;

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

/** The busy console, its chat in one language, and a peer that is gone, looked at. */
const viewOf = ([first, second]: readonly [string, string]): View => ({
  ...busy,
  snapshot: snapshot(
    [
      ...busy.snapshot.connections.all,
      connection(8, {
        state: 'CLOSED',
        how: 'error',
        error: 'ETIMEDOUT',
        bytesIn: 390,
        bytesOut: 402,
        reads: 12,
        writes: 12,
        at: { recv: 0.4, send: 0.5, finReceived: 100, close: 2100.4 },
      }),
    ],
    { totals: busy.snapshot.totals, rate: busy.snapshot.rate },
  ),
  transcript: [note(1, 'connected to 127.0.0.1:8080'), sent(2, first), received(3, first, 0.21), sent(4, second)],
  detail: {
    id: 8,
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
  readonly focus: Pane;
  readonly detail?: Part;
  /** Title of what lies on top. */
  readonly overlay?: string;
  /** Not stored: all but a few words of it is on another page. */
  readonly isAlike?: true;
}

const list = { focus: 'connections' } as const;
const payload = { focus: 'connections', detail: 'payload' } as const;

const walk: readonly Sight[] = [
  {
    name: 'typing',
    focus: 'client',
    go: async (drawing, text) => {
      await drawing.paste(text);
      await drawing.until((grid) => !grid.join('').includes('type a message'));
    },
  },
  {
    name: 'list',
    ...list,
    go: async (drawing) => {
      await drawing.press('escape');
      await drawing.until('┤ Connections ├');
    },
  },
  {
    name: 'frozen',
    ...list,
    go: async (drawing) => {
      await drawing.type(' ');
      await drawing.until('frozen at 10:42:07');
    },
  },
  {
    name: 'closing',
    ...list,
    go: async (drawing) => {
      await drawing.burst(' x');
      await drawing.until('x again closes #11');
    },
  },
  {
    name: 'resetting',
    ...list,
    isAlike: true,
    go: async (drawing) => {
      await drawing.type('X');
      await drawing.until('X again resets #11');
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
      await drawing.burst('ssssw');
      await drawing.paste(text);
      await drawing.until('send to #11: ');
      await drawing.until((grid) => !grid.join('').includes('/eol, /hex'));
    },
  },
  {
    name: 'replay',
    ...list,
    overlay: 'Play #11 again',
    go: async (drawing) => {
      await leave(drawing, 'send to #11: ');
      await drawing.type('c');
      await drawing.until('─ Play #11 again ─');
    },
  },
  {
    name: 'help',
    ...list,
    overlay: 'Keys',
    go: async (drawing) => {
      await leave(drawing, '─ Play #11 again ─');
      await drawing.type('?');
      await drawing.until('─ Keys ─');
    },
  },
  {
    name: 'counters',
    focus: 'counters',
    go: async (drawing) => {
      await leave(drawing, '─ Keys ─');
      await drawing.press('tab');
      await drawing.until('┤ Counters #11 ├');
    },
  },
  {
    name: 'client',
    focus: 'client',
    go: async (drawing) => {
      await drawing.press('tab');
      await drawing.until('┤ Client ');
    },
  },
  {
    name: 'detail, text',
    ...payload,
    go: async (drawing) => {
      await drawing.press('tab');
      await drawing.type('G');
      await drawing.until(/▸ +8 /u);
      await drawing.press('enter');
      await drawing.until(/┤ Payload/u);
    },
  },
  {
    name: 'detail, hex',
    ...payload,
    go: async (drawing) => {
      await drawing.type('t');
      await drawing.until('─ hex ─╮');
    },
  },
  {
    name: 'detail, sending',
    ...payload,
    go: async (drawing, text) => {
      await drawing.type('w');
      await drawing.paste(text);
      await drawing.until('send to #8: ');
      await drawing.until((grid) => !grid.join('').includes('/eol, /hex'));
    },
  },
  {
    name: 'detail, replay',
    ...payload,
    isAlike: true,
    overlay: 'Play #8 again',
    go: async (drawing) => {
      await leave(drawing, 'send to #8: ');
      await drawing.type('c');
      await drawing.until('─ Play #8 again ─');
    },
  },
  {
    name: 'detail, help',
    ...payload,
    isAlike: true,
    overlay: 'Keys',
    go: async (drawing) => {
      await leave(drawing, '─ Play #8 again ─');
      await drawing.type('?');
      await drawing.until('─ Keys ─');
    },
  },
  {
    name: 'detail, ladder',
    focus: 'connections',
    detail: 'ladder',
    go: async (drawing) => {
      await leave(drawing, '─ Keys ─');
      await drawing.press('shift-tab');
      await drawing.until('┤ Life of #8 ├');
      await drawing.burst('gj');
      await drawing.until((grid) => grid.length > 40 || /rungs 2-\d+ of 27/u.test(grid.join()));
    },
  },
];

/** The panes of a view. */
const rectsOf = (columns: number, rows: number, { focus, detail }: Sight): readonly Rect[] => {
  const whole = layOut(columns, rows, focus, false);
  if (detail === undefined) return whole.kind === 'cramped' ? [] : Object.values(whole.panes).filter(isThere);
  const open = layOutDetail(whole, focus, detail);
  const panes = open.layout.kind === 'cramped' ? [] : Object.values(open.layout.panes);
  return [...panes, open.detail?.ladder, open.detail?.payload].filter(isThere);
};
const isThere = (rect: Rect | null | undefined): rect is Rect => rect !== null && rect !== undefined;

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
  const rects = rectsOf(columns, rows, sight);
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
      const layout = layOut(columns, rows, sight.focus, false);
      const chat = layout.kind === 'cramped' || sight.detail !== undefined ? null : layout.panes.client;
      // The newest message is whole below the time, however narrow the pane.
      if (chat !== null && sight.overlay === undefined)
        expect(textIn(pair[0].cells(), chat), sight.name).toContain(printable(texts[1]).replaceAll(/\s/gu, ''));
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
        (grid) => grid.join().includes('nc 127.0.0.1 8080') && /^ Enter detail/u.test(grid.at(-1) ?? ''),
      );
    }
    check(pair, columns, rows, { name: 'empty', focus: 'connections', go: () => Promise.resolve() });
  });
});
