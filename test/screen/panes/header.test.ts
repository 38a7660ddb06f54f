import { describe, expect, it } from 'vitest';
import { headerSpans } from '../../../src/screen/panes/header.tsx';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import { cellWidth } from '../../../src/text/width.ts';
import { busy } from '../fixture.ts';

const endpoints: readonly Endpoint[] = [
  { transport: 'tcp', host: '127.0.0.1', port: 8080 },
  { transport: 'udp', host: '::1', port: 8080 },
];
const header = (cells: number, some = endpoints) =>
  headerSpans(busy.snapshot, some, cells)
    .map(({ text }) => text)
    .join('');

describe('header', () => {
  it.each([
    [
      130,
      ' echoscope  tcp://127.0.0.1:8080 udp://[::1]:8080  echo chunk',
      '4 open · 14 served · in  1.2 MB/s · out  1.2 MB/s',
    ],
    [105, ' echoscope  tcp://127.0.0.1:8080 +1  echo chunk', '4 open · 14 served · in  1.2 MB/s · out  1.2 MB/s'],
    [92, ' echoscope  tcp://127.0.0.1:8080 +1  echo chunk', '4 open · in  1.2 MB/s · out  1.2 MB/s'],
    [72, ' echoscope  tcp://127.0.0.1:8080 +1  echo chunk', '4 open · 14 served'],
    [60, ' echoscope  tcp://127.0.0.1:8080 +1  echo chunk', '4 open'],
    [46, ' echoscope  tcp://127.0.0.1:8080 +1', '4 open'],
    [40, ' tcp://127.0.0.1:8080 +1', '4 open'],
  ])('says at %i cells what matters most', (cells, left, right) => {
    const text = header(cells);
    expect([text.slice(0, left.length), text.trimEnd().slice(-right.length)]).toEqual([left, right]);
    expect(text.slice(left.length, -right.length).trim()).toBe('');
  });

  it('never outgrows the window', () => {
    const long: readonly Endpoint[] = [
      { transport: 'tcp', host: '2001:db8:1111:2222:3333:4444:5555:6666', port: 65_535 },
    ];
    for (let cells = 40; cells <= 200; cells += 1) {
      for (const some of [endpoints, long, []]) expect(cellWidth(header(cells, some))).toBeLessThanOrEqual(cells);
    }
  });
});
