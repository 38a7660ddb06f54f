import { describe, expect, it } from 'vitest';
import type { CallRun } from '../../../src/model/calls.ts';
import type { Chunk, Piece } from '../../../src/model/payload.ts';
import type { View } from '../../../src/model/view.ts';
import { busy, connection, nowMs, snapshot } from '../fixture.ts';
import { open } from '../open.tsx';

const encoder = new TextEncoder();
const start = nowMs - 12_000;
const chunk = (key: number, by: Chunk['by'], text: string, offset: number, at = start + key): Chunk => ({
  type: 'chunk',
  key,
  by,
  at,
  offset,
  bytes: encoder.encode(text),
  skipped: 0,
});

const shortLife: readonly CallRun[] = [
  { call: 'recv', from: start + 0.4, to: start + 0.4, count: 1, bytes: 21 },
  { call: 'send', from: start + 0.5, to: start + 0.5, count: 1, bytes: 21 },
  { call: 'recv', from: start + 1000, to: start + 1000, count: 1, bytes: 21 },
  { call: 'send', from: start + 1000.1, to: start + 1000.1, count: 1, bytes: 21 },
];

/** Calls that moved 1 B to 30 B, one by one. */
const longLife: readonly CallRun[] = Array.from({ length: 30 }, (_, call) => ({
  call: call % 2 === 0 ? 'recv' : 'send',
  from: start + call,
  to: start + call,
  count: 1,
  bytes: call + 1,
}));

/** A peer that half-closed and is gone, and what it said. */
const viewOf = (pieces: readonly Piece[], calls = shortLife): View => {
  const row = connection(21, {
    peer: '127.0.0.1:53021',
    state: 'CLOSED',
    how: 'fin',
    ourEnd: 'acknowledged',
    bytesIn: 1242,
    bytesOut: 1242,
    reads: 2,
    writes: 2,
    at: { recv: 0.4, send: 0.5, finReceived: 2100, finSent: 2100.2, close: 2100.4 },
  });
  return {
    ...busy,
    snapshot: snapshot([...busy.snapshot.connections.all, row]),
    detail: {
      id: 21,
      startMs: start,
      pieces,
      calls: {
        client: null,
        calls,
      },
    },
  };
};

const english = [
  { type: 'skipped', key: 1, peer: 1200, us: 1200 } as const,
  chunk(2, 'peer', 'GET / HTTP/1.1\r\nHost: echo\r\n\r\n', 1200),
  chunk(3, 'us', 'GET / HTTP/1.1\r\nHost: echo\r\n\r\n', 1200),
];
const korean = [
  chunk(2, 'peer', '안녕하세요 세상, 소켓 한쪽에 쓰면 반대쪽에서 읽는다. 길면 다음 줄로 넘어간다.\n', 0),
  chunk(3, 'us', '\x1b[2J가\u202E나', 0),
];

/** The console with that peer selected, which is the newest. */
const openSide = async (pieces: readonly Piece[], columns: number, rows: number, calls = shortLife) => {
  const drawing = await open(viewOf(pieces, calls), columns, rows);
  await drawing.press('escape');
  await drawing.until('┤ Connections ├');
  return drawing;
};

const lastRung = (text: string): number => Number(/rungs \d+-(\d+) of 34/u.exec(text)?.[1]);

const sizes = [
  [200, 60],
  [120, 34],
  [100, 30],
  [80, 24],
  [60, 20],
] as const;

describe.each(sizes)('the selected connection at %i by %i', (columns, rows) => {
  it('shows without a key what it said and how it stands, beside the prompt', async () => {
    const drawing = await open(viewOf(english), columns, rows);
    expect(drawing.selections).toEqual([21]);
    const text = drawing.text();
    expect(text).toMatch(/─ Payload #21 ─/u);
    expect(text).toContain('Host: echo\\r\\n');
    expect(text.replaceAll(/[\s│]+/gu, ' ')).toMatch(/2 reads, 1\.2 kB; the peer/u);
    expect(text).toMatch(/│ › type a message/u);
    if (columns >= 100) expect(text).toMatch(/─ Stages #21 ─/u);
    if (columns >= 100 && rows > 30) expect(text).toMatch(/FIN ──→ FIN received/u);
  });

  it('asks below the payload what to send to it, and to all, and comes back to the list', async () => {
    const drawing = await openSide(korean, columns, rows);
    await drawing.press('home');
    await drawing.until(/▸.14 /u);
    await drawing.type('w안녕 👋');
    await drawing.until('send to #14: 안녕 👋');
    const line = drawing.grid().findIndex((text) => text.includes('send to #14'));
    const edge = drawing.grid()[line]?.indexOf('send to #14') ?? 0;
    expect(drawing.grid()[line + 1]?.slice(edge - 2)).toMatch(/^╰─+╯/u);
    expect(drawing.cursor()).toEqual({ row: line, column: edge + 'send to #14: '.length + 7, visible: true });
    await drawing.press('enter');
    await drawing.until('a message, or /eol');
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('W\\');
    await drawing.press('enter');
    await drawing.until(/send to all: \\ .*\n.*│ ! at 1: no such escape/u);
    await drawing.press('backspace');
    await drawing.type('x');
    await drawing.until('send to all: x');
    await drawing.press('enter');
    await drawing.until('a message, or /eol');
    expect(drawing.intents.filter(({ type }) => type === 'connection')).toEqual([
      { type: 'connection', id: 14, request: { type: 'write', bytes: encoder.encode('안녕 👋') } },
      { type: 'connection', id: null, request: { type: 'write', bytes: encoder.encode('x') } },
    ]);
  });

  it('says why there is nothing to do with one that is gone', async () => {
    const drawing = await openSide(english, columns, rows);
    for (const [key, why] of [
      ['w', '! #21 takes nothing more from us: nothing sent'],
      ['x', '! #21 is closed already'],
      ['h', '! #21 is closed already'],
    ] as const) {
      await drawing.type(key);
      await drawing.until((grid) => grid.at(-1)?.includes(why) ?? false);
      await drawing.press('left');
    }
    expect(drawing.intents).toEqual([]);
  });

  it('shows the commands that play its peer again, half-close included', async () => {
    const drawing = await openSide(english, columns, rows);
    await drawing.type('c');
    await drawing.until('─ Play #21 again ─');
    expect(drawing.text()).toMatch(/▸ nc +nc -N 127\.0\.0\.1 8080 /u);
  });

  it('climbs the whole ladder where it shows it in short', async () => {
    const drawing = await openSide(english, columns, rows, longLife);
    const moved = () => drawing.grid().flatMap((line) => /(?:recv|send) (\d+) B /u.exec(line)?.[1] ?? []);
    await drawing.press('enter');
    await drawing.until('┤ Payload #21 ├');
    await drawing.press(columns < 100 ? 'right' : 'tab');
    await drawing.until('┤ Stages #21 ├');
    await drawing.type('z');
    await drawing.until('[Stages]');
    const whole = Array.from({ length: 30 }, (_, call) => `${call + 1}`);
    if (rows === 60) return expect(moved()).toEqual(whole);
    const overview = drawing.grid();
    await drawing.type('g');
    await drawing.until(/rungs 1-\d+ of 34/u);
    const seen = new Set(moved());
    for (let last = lastRung(drawing.text()); last < 34; last = lastRung(drawing.text())) {
      await drawing.press('pagedown');
      await drawing.until((grid) => lastRung(grid.join()) > last);
      for (const bytes of moved()) seen.add(bytes);
    }
    expect([...seen]).toEqual(whole);
    expect(drawing.text()).toContain('closed (fin)');
    await drawing.type('k');
    await drawing.until(/rungs \d+-33 of 34/u);
    await drawing.type('G');
    await drawing.until((grid) => grid.join('\n') === overview.join('\n'));
  });
});

describe('the selected connection', () => {
  it('says that nothing is read of it, in the side as in the row', async () => {
    const halted = connection(30, { bytesIn: 65_536, bytesOut: 4_096, stalled: true });
    for (const [columns, rows] of sizes) {
      const drawing = await open({ ...busy, snapshot: snapshot([halted]) }, columns, rows);
      await drawing.until('! not reading (nor a FIN): peer');
      drawing.feed.show({ ...busy, snapshot: snapshot([{ ...halted, stalled: false, paused: true }]) });
      await drawing.until('‖ not reading (nor a FIN): paused');
    }
  });

  it('is sent no more than is counted: what the peer has not taken is queued', async () => {
    const row = connection(30, { bytesIn: 60, bytesOut: 12, stalled: true });
    const pieces = [{ type: 'skipped', key: 1, peer: 30, us: 30 } as const, chunk(2, 'us', 'x'.repeat(30), 30)];
    const detail = { id: 30, startMs: start, pieces, calls: null };
    const drawing = await open({ ...busy, snapshot: snapshot([row]), detail }, 120, 34);
    expect(drawing.text()).toContain('⋮ 30 B received and 12 B sent and 18 B queued, not shown');
    expect(drawing.text()).toContain('‖ 30 B of it queued');
    expect(drawing.text()).toContain('out            12 B');
  });

  it('counts what was said before it could be read', async () => {
    const row = connection(30, { bytesIn: 5, bytesOut: 5, how: 'fin', state: 'CLOSED', at: { close: 3 } });
    const drawing = await open({ ...busy, snapshot: snapshot([row]) }, 120, 34);
    expect(drawing.text()).toContain('⋮ 5 B received and 5 B sent, not shown');
    drawing.feed.show({ ...busy, snapshot: snapshot([{ ...row, bytesIn: 0, bytesOut: 0 }]) });
    await drawing.until('It said nothing.');
  });

  it('stays where it is read while more comes, and follows again', async () => {
    const many = Array.from({ length: 60 }, (_, n) => chunk(n + 1, 'peer', `line ${n + 1}\n`, n * 8));
    const drawing = await openSide(many, 80, 24);
    await drawing.press('enter');
    await drawing.until(/line 60/);
    await drawing.press('pageup');
    await drawing.until(/↓ \d newer/);
    const before = drawing.grid().slice(9, 15);
    drawing.feed.show(viewOf([...many, chunk(61, 'peer', 'line 61\n', 600)]));
    await drawing.until(/↓ 4 newer/);
    expect(drawing.grid().slice(9, 15)).toEqual(before);
    await drawing.type('g');
    await drawing.until(/line 1\\n/);
    await drawing.type('G');
    await drawing.until(/line 61/);
  });

  it('is copied from a menu: a direction in a format', async () => {
    const drawing = await openSide([chunk(1, 'peer', 'hi\\\n', 0), chunk(2, 'us', 'no', 0)], 100, 30);
    await drawing.type('y');
    await drawing.until('─ Copy payload of #21 ─');
    expect(drawing.text()).toMatch(/▸ in text +hi\\\\\\n/u);
    expect(drawing.text()).toMatch(/out hex +6e 6f/u);
    await drawing.press('down', 'enter');
    await drawing.until('in hex is on the clipboard');
    expect(drawing.text()).toMatch(/▸ in hex +68 69 5c 0a/u);
    await drawing.press('escape');
    await drawing.until((grid) => !grid.join('').includes('Copy payload'));
  });

  it('changes with n and N, from its pane', async () => {
    const drawing = await openSide(english, 100, 30);
    await drawing.press('enter');
    await drawing.until('┤ Payload #21 ├');
    await drawing.type('tN');
    await drawing.until(/┤ Payload #9 ├─.* hex ─╮/u);
    await drawing.type('n');
    await drawing.until('┤ Payload #21 ├');
    await drawing.type('n');
    await drawing.until('nothing is below');
    expect(drawing.selections).toEqual([21, 9, 21]);
  });

  it('holds while it is read, whoever comes, and is let go with Esc in the list', async () => {
    const drawing = await openSide(english, 120, 34);
    await drawing.press('enter');
    await drawing.until('┤ Payload #21 ├');
    const { connections } = drawing.feed.view().snapshot;
    drawing.advance(2000);
    drawing.feed.show({ ...viewOf(english), snapshot: snapshot([connection(22), ...connections.all]) });
    await drawing.until(/ 22 127/u);
    expect(drawing.text()).toContain('┤ Payload #21 ├');
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.press('escape');
    await drawing.until('─ Payload #22 ─');
  });

  it('has the whole window with z, and gives it back', async () => {
    const drawing = await openSide(english, 80, 24);
    await drawing.press('enter');
    await drawing.until('┤ Payload #21 ├');
    const before = drawing.grid();
    await drawing.type('z');
    await drawing.until(/\[Payload\].*\n╭┤ Payload #21 ├─/u);
    await drawing.press('escape');
    await drawing.until((grid) => grid.join('\n') === before.join('\n'));
  });
});
