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
    bytesIn: 42,
    bytesOut: 42,
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

const openDetail = async (pieces: readonly Piece[], columns: number, rows: number, calls = shortLife) => {
  const drawing = await open(viewOf(pieces, calls), columns, rows);
  await drawing.press('escape');
  await drawing.until(/Connections/);
  await drawing.type('G');
  await drawing.until(/▸ 21 /);
  await drawing.press('enter');
  await drawing.until(/Life of #21/);
  return drawing;
};

const lastRung = (text: string): number => Number(/rungs \d+-(\d+) of 34/u.exec(text)?.[1]);

describe('the detail', () => {
  it('has ladder, verdict and payload beside the client at 160 by 50', async () => {
    const drawing = await openDetail(english, 160, 50);
    expect(drawing.grid().slice(0, 20)).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk                                                                   4 open · 7 served · in     0 B/s · out     0 B/s",
        "╭─ Life of #21 ──────────── 127.0.0.1:53021 ─╮╭┤ Payload ├─────────────────────────── text ─╮╭─ Client → 127.0.0.1:8080 ─────────────── echo compared, online ─╮",
        "│ in             42 B      0 B/s  ▇▁▁▁▁▁▁▁▁▁ ││ ⋮ 1,200 B received and 1,200 B sent, not    ││                                                                 │",
        "│ out            42 B      0 B/s  ▇▁▁▁▁▁▁▁▁▁ ││ shown                                       ││                                                                 │",
        "│ 2 reads, 42 B; the peer sent FIN first;    ││  2.00 ms → GET / HTTP/1.1\\r\\n               ││                                                                 │",
        "│ all 42 B echoed; closed cleanly after      ││            Host: echo\\r\\n                   ││                                                                 │",
        "│ 2.10 s                                     ││            \\r\\n                             ││                                                                 │",
        "│                                            ││  3.00 ms ← GET / HTTP/1.1\\r\\n               ││                                                                 │",
        "│     0 µs SYN ──→ SYN accepted              ││            Host: echo\\r\\n                   ││                                                                 │",
        "│  0.40 ms     ──→ recv 21 B                 ││            \\r\\n                             ││                                                                 │",
        "│  0.50 ms     ←── send 21 B                 ││                                             ││                                                                 │",
        "│   1.00 s     ──→ recv 21 B                 ││                                             ││                                                                 │",
        "│   1.00 s     ←── send 21 B                 ││                                             ││                                                                 │",
        "│   2.10 s FIN ──→ FIN received (CLOSE_WAIT) ││                                             ││                                                                 │",
        "│   2.10 s     ←── FIN sent                  ││                                             ││                                                                 │",
        "│   2.10 s     ─── closed (fin)              ││                                             ││                                                                 │",
        "│                                            ││                                             ││                                                                 │",
        "│                                            ││                                             ││                                                                 │",
        "│                                            ││                                             ││                                                                 │",
        "│                                            ││                                             ││                                                                 │",
      ]
    `);
  });

  it('stacks them at 100 by 30', async () => {
    const drawing = await openDetail(korean, 100, 30);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk       4 open · 7 served · in     0 B/s · out     0 B/s",
        "╭─ Life of #21 ──────────────────────────── 127.0.0.1:53021 ─╮╭─ Client → 127.0.0.1:8080 ──────────╮",
        "│ in             42 B       2 reads       0 B/s  ▇▆▁▁▁▁▁▁▁▁▁ ││                                    │",
        "│ out            42 B       2 writes      0 B/s  ▇▆▁▁▁▁▁▁▁▁▁ ││                                    │",
        "│ 2 reads, 42 B; the peer sent FIN first; all 42 B echoed;   ││                                    │",
        "│ closed cleanly after 2.10 s                                ││                                    │",
        "│                                                            ││                                    │",
        "│     0 µs SYN ──→ SYN accepted                              ││                                    │",
        "│  0.40 ms     ──→ recv 21 B                                 ││                                    │",
        "│  0.50 ms     ←── send 21 B                                 ││                                    │",
        "│   1.00 s     ──→ recv 21 B                                 ││ 10:42:07 · connected to            │",
        "│   1.00 s     ←── send 21 B                                 ││            127.0.0.1:8080          │",
        "│   2.10 s FIN ──→ FIN received (CLOSE_WAIT)                 ││ 10:42:07 → hello                   │",
        "│   2.10 s     ←── FIN sent                                  ││ 10:42:07 ← hello           0.21 ms │",
        "│   2.10 s     ─── closed (fin)                              ││ 10:42:31 → 안녕하세요 👋 세상      │",
        "╰────────────────────────────────────────────────────────────╯│ 10:42:31 ← 안녕하세요 👋 세상      │",
        "╭┤ Payload  → to server  ← to client ├──────────────── text ─╮│                            0.19 ms │",
        "│  2.00 ms → 안녕하세요 세상, 소켓 한쪽에 쓰면 반대쪽에서    ││ 10:43:07 → A longer message, which │",
        "│            읽는다. 길면 다음 줄로 넘어간다.\\n              ││            has to go on below its  │",
        "│  3.00 ms ← \\x1B[2J가\\u{202E}나                             ││            own beginning, not      │",
        "│                                                            ││            below the time.         │",
        "│                                                            ││ 10:43:07 ← A longer message, which │",
        "│                                                            ││            has to go on below its  │",
        "│                                                            ││            own beginning, not      │",
        "│                                                            ││            below the time.         │",
        "│                                                            ││                            1.40 ms │",
        "│                                                            ││ ────────────────────────────────── │",
        "│                                                            ││ › i to type                        │",
        "╰────────────────────────────────────────────────────────────╯╰────────────────────────────────────╯",
        " Esc list  t text or hex  ↑↓ scroll  Tab next pane  c copy  w send to it  i type  ? help  q quit",
      ]
    `);
  });

  it('takes the whole of 80 by 24, as text and as hex', async () => {
    const drawing = await openDetail(english, 80, 24);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk                  4 open · 7 served",
        "╭─ Life of #21 ────────────────────────────────────────────── 127.0.0.1:53021 ─╮",
        "│ in             42 B       2 reads       0 B/s  ▄▅▅▆▆▇▇▇▇▇▇▇▇▆▆▅▅▄▃▃▁▁▁▁▁▁▁▁▁ │",
        "│ out            42 B       2 writes      0 B/s  ▄▅▅▆▆▇▇▇▇▇▇▇▇▆▆▅▅▄▃▃▁▁▁▁▁▁▁▁▁ │",
        "│ 2 reads, 42 B; the peer sent FIN first; all 42 B echoed; closed cleanly      │",
        "│ after 2.10 s                                                                 │",
        "│     0 µs SYN ──→ SYN accepted                                                │",
        "│  0.40 ms     ──→ recv 21 B                                                   │",
        "│          ⋮ 3 more                                                            │",
        "│   2.10 s FIN ──→ FIN received (CLOSE_WAIT)                                   │",
        "│   2.10 s     ←── FIN sent                                                    │",
        "│   2.10 s     ─── closed (fin)                                                │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        "╭┤ Payload  → to server  ← to client ├────────────────────────────────── text ─╮",
        "│ ⋮ 1,200 B received and 1,200 B sent, not shown                               │",
        "│  2.00 ms → GET / HTTP/1.1\\r\\n                                                │",
        "│            Host: echo\\r\\n                                                    │",
        "│            \\r\\n                                                              │",
        "│  3.00 ms ← GET / HTTP/1.1\\r\\n                                                │",
        "│            Host: echo\\r\\n                                                    │",
        "│            \\r\\n                                                              │",
        "│                                                                              │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        " Esc list  t text or hex  ↑↓ scroll  Tab next pane  c copy  ? help  q quit",
      ]
    `);
    await drawing.type('t');
    await drawing.until(/000004b0 {2}47 45/);
    expect(drawing.grid().slice(13)).toMatchInlineSnapshot(`
      [
        "╭┤ Payload  → to server  ← to client ├─────────────────────────────────── hex ─╮",
        "│ ⋮ 1,200 B received and 1,200 B sent, not shown                               │",
        "│  2.00 ms → 30 B                                                              │",
        "│000004b0  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|│",
        "│000004c0  48 6f 73 74 3a 20 65 63  68 6f 0d 0a 0d 0a        |Host: echo....|  │",
        "│  3.00 ms ← 30 B                                                              │",
        "│000004b0  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|│",
        "│000004c0  48 6f 73 74 3a 20 65 63  68 6f 0d 0a 0d 0a        |Host: echo....|  │",
        "│                                                                              │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        " Esc list  t text or hex  ↑↓ scroll  Tab next pane  c copy  ? help  q quit",
      ]
    `);
  });

  it('takes the whole of 60 by 20, with wide characters', async () => {
    const drawing = await openDetail(korean, 60, 20);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk         4 open",
        "[Detail #21] Client",
        "╭─ Life of #21 ────────────────────────── 127.0.0.1:53021 ─╮",
        "│ 2 reads, 42 B; the peer sent FIN first; all 42 B echoed; │",
        "│ closed cleanly after 2.10 s                              │",
        "│     0 µs SYN ──→ SYN accepted                            │",
        "│  0.40 ms     ──→ recv 21 B                               │",
        "│          ⋮ 4 more                                        │",
        "│   2.10 s     ←── FIN sent                                │",
        "│   2.10 s     ─── closed (fin)                            │",
        "╰──────────────────────────────────────────────────────────╯",
        "╭┤ Payload  → to server  ← to client ├────────────── text ─╮",
        "│  2.00 ms → 안녕하세요 세상, 소켓 한쪽에 쓰면 반대쪽에서  │",
        "│            읽는다. 길면 다음 줄로 넘어간다.\\n            │",
        "│  3.00 ms ← \\x1B[2J가\\u{202E}나                           │",
        "│                                                          │",
        "│                                                          │",
        "│                                                          │",
        "╰──────────────────────────────────────────────────────────╯",
        " Esc list  t text or hex  ↑↓ scroll  ? help  q quit",
      ]
    `);
    await drawing.press('tab');
    await drawing.until(/\[Client\]/);
    await drawing.press('tab');
    await drawing.until(/\[Detail #21\]/);
  });

  it('keeps every border in its column, in any size and format', async () => {
    for (const [columns, rows] of [
      [160, 50],
      [100, 16],
      [80, 24],
      [60, 20],
      [40, 10],
    ] as const)
      for (const pieces of [english, korean]) {
        const drawing = await openDetail(pieces, columns, rows);
        for (const format of ['text', 'hex']) {
          await drawing.until((grid) => grid.some((line) => line.includes(`${format} ─╮`)) || columns === 40);
          const body = drawing.cells().slice(2, rows - 1);
          for (const row of body) expect('│╮╯').toContain(row[columns - 1]?.glyph);
          await drawing.type('t');
        }
      }
  });

  it('stays where it is read while more comes, and follows again', async () => {
    const many = Array.from({ length: 60 }, (_, n) => chunk(n + 1, 'peer', `line ${n + 1}\n`, n * 8));
    const drawing = await openDetail(many, 80, 24);
    await drawing.until(/line 60/);
    await drawing.press('pageup');
    await drawing.until(/↓ 7 newer/);
    const before = drawing.grid().slice(14, 22);
    drawing.feed.show(viewOf([...many, chunk(61, 'peer', 'line 61\n', 600)]));
    await drawing.until(/↓ 8 newer/);
    expect(drawing.grid().slice(14, 22)).toEqual(before);
    await drawing.type('g');
    await drawing.until(/line 1\\n/);
    await drawing.type('G');
    await drawing.until(/line 61/);
  });

  it('asks for the payload as long as it is open, and acts on what it shows', async () => {
    const drawing = await openDetail(english, 80, 24);
    await drawing.type('e');
    await drawing.type('x');
    await drawing.until(/x again closes #21/);
    await drawing.press('escape');
    await drawing.until(/Connections ├/);
    expect(drawing.intents).toEqual([
      { type: 'detail', id: 21 },
      { type: 'connection', id: 21, request: { type: 'next-discipline' } },
      { type: 'detail', id: null },
    ]);
  });

  describe.each([
    [160, 50],
    [100, 30],
    [80, 24],
    [60, 20],
    [40, 10],
  ])('at %i by %i', (columns, rows) => {
    it('asks below the payload what to send to it, and to all', async () => {
      const drawing = await openDetail(korean, columns, rows);
      await drawing.type('w안녕 👋');
      await drawing.until('send to #21: 안녕 👋');
      const line = drawing.grid().findIndex((text) => text.includes('send to #21'));
      const edge = drawing.grid()[line]?.indexOf('send to #21') ?? 0;
      expect(drawing.grid()[line + 1]?.slice(edge - 2)).toMatch(/^╰─+╯/u);
      expect(drawing.cursor()).toEqual({ row: line, column: edge + 'send to #21: '.length + 7, visible: true });
      await drawing.press('enter');
      await drawing.until((grid) => !grid.join('').includes('send to #21: 안녕'));
      expect(drawing.text()).toContain('send to #21: ');
      await drawing.press('escape');
      await drawing.until((grid) => !grid.join('').includes('send to #'));
      await drawing.type('W\\');
      await drawing.press('enter');
      await drawing.until(/send to all: \\ .*\n.*│ ! at 1: no such escape/u);
      await drawing.press('backspace');
      await drawing.type('x');
      await drawing.until('send to all: x');
      await drawing.press('enter');
      await drawing.press('escape');
      await drawing.until((grid) => !grid.join('').includes('send to all'));
      expect(drawing.text()).toContain('Life of #21');
      expect(drawing.intents.filter(({ type }) => type === 'connection')).toEqual([
        { type: 'connection', id: 21, request: { type: 'write', bytes: encoder.encode('안녕 👋') } },
        { type: 'connection', id: null, request: { type: 'write', bytes: encoder.encode('x') } },
      ]);
    });

    it('shows the commands that play its peer again, half-close included', async () => {
      const drawing = await openDetail(english, columns, rows);
      await drawing.type('c');
      await drawing.until('─ Play #21 again ─');
      expect(drawing.text()).toMatch(/▸ nc +nc -N 127\.0\.0\.1 8080 /u);
      await drawing.press('escape');
      await drawing.until(/Life of #21/);
    });

    it('climbs the whole ladder where it shows it in short', async () => {
      const drawing = await openDetail(english, columns, rows, longLife);
      const moved = () => drawing.grid().flatMap((line) => /(?:recv|send) (\d+) B /u.exec(line)?.[1] ?? []);
      await drawing.press('shift-tab');
      await drawing.until(/┤ Life of #21 ├/);
      const whole = Array.from({ length: 30 }, (_, call) => `${call + 1}`);
      if (rows === 50) return expect(moved()).toEqual(whole);
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

  it('goes on to the next connection of the list, and back', async () => {
    const drawing = await openDetail(english, 100, 30);
    await drawing.type('tN');
    await drawing.until(/Life of #9 .*\[2001:db8::dead:beef\]:40001/u);
    await drawing.type('nnn');
    await drawing.until(/Life of #21/u);
    await drawing.press('escape');
    await drawing.until(/▸ 21 /);
    expect(drawing.intents).toEqual([21, 9, 21, null].map((id) => ({ type: 'detail', id })));
  });

  it('keeps its payload and names the reason when newer connections have taken its place', async () => {
    const drawing = await openDetail(english, 80, 24);
    drawing.feed.show({ ...busy, detail: viewOf(english).detail });
    await drawing.until(/Gone: newer connections took its place/);
    expect(drawing.text()).toContain('Host: echo');
  });
});
