import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOrder, type Order, reverseOrder, sortKeys, sortRows } from '../../src/model/sort-order.ts';
import { connection } from '../screen/fixture.ts';

const rows = [
  connection(5, { peer: '10.0.0.10:80', bytesIn: 7, ageMs: 1_000, rate: { in: 0, out: 4 } }),
  connection(4, { peer: '10.0.0.9:443', state: 'CLOSE_WAIT', bytesOut: 9, ageMs: 60_000 }),
  connection(3, { peer: '10.0.0.9:80', bytesIn: 7, ageMs: 30_000 }),
  connection(2, {
    peer: '[::1]:80',
    how: 'fin',
    state: 'CLOSED',
    ageMs: 90_000,
    at: { close: 10 },
    rate: { in: 5, out: 5 },
  }),
];
const ids = (order: Order) => sortRows(rows, order).map(({ id }) => id);

describe('order', () => {
  it('goes through the columns and back to none', () => {
    const orders: Order[] = [];
    for (let order = nextOrder(null); order !== null; order = nextOrder(order)) orders.push(order);
    expect(orders.map((order) => order?.by)).toEqual(sortKeys);
    expect(orders.map((order) => order?.isDescending)).toEqual([
      ...[true, false, false, false, true, true, true, true],
      ...[true, true, false, false],
    ]);
  });

  it.each([
    [null, [5, 4, 3, 2]],
    [{ by: 'id', isDescending: false }, [2, 3, 4, 5]],
    [{ by: 'peer', isDescending: false }, [3, 4, 5, 2]],
    [{ by: 'state', isDescending: false }, [5, 3, 4, 2]],
    [{ by: 'opened', isDescending: false }, [2, 4, 3, 5]],
    [{ by: 'opened', isDescending: true }, [5, 3, 4, 2]],
    [{ by: 'in', isDescending: true }, [5, 3, 4, 2]],
    [{ by: 'in', isDescending: false }, [4, 2, 5, 3]],
    [{ by: 'out', isDescending: true }, [4, 5, 3, 2]],
    [{ by: 'rateIn', isDescending: true }, [5, 4, 3, 2]],
    [{ by: 'rateOut', isDescending: true }, [5, 4, 3, 2]],
    [{ by: 'owed', isDescending: true }, [5, 3, 4, 2]],
    [{ by: 'echo', isDescending: false }, [5, 4, 3, 2]],
  ] as const)('%j', (order, expected) => {
    expect(ids(order)).toEqual(expected);
  });

  it('goes by the time that was counted, whatever the wall clock was set to meanwhile', () => {
    const [early, late] = [connection(1, { ageMs: 60_000 }), connection(2, { ageMs: 30_000 })];
    const afterSettingBack = { ...late, openedWallMs: early.openedWallMs - 3600e3 };
    expect(sortRows([afterSettingBack, early], { by: 'opened', isDescending: false })).toEqual([
      early,
      afterSettingBack,
    ]);
  });

  it('reverses, and begins with the oldest where there was none', () => {
    expect(reverseOrder({ by: 'in', isDescending: true })).toEqual({ by: 'in', isDescending: false });
    expect(ids(reverseOrder(null))).toEqual([2, 3, 4, 5]);
  });

  it('takes the parts of an address and its port as numbers, IPv4 before IPv6', () => {
    const peers = [
      '10.0.0.9:80',
      '10.0.0.9:443',
      '10.0.0.10:80',
      '10.0.255.9:1',
      '10.1.0.1:1',
      '[::1]:9',
      '[fe80::a%eth0]:7',
    ];
    const shuffled = [3, 5, 6, 0, 4, 2, 1].map((place) => connection(place, { peer: peers[place] ?? '' }));
    const sorted = sortRows(shuffled, { by: 'peer', isDescending: false });
    expect(sorted.map(({ peer }) => peer)).toEqual(peers);
  });

  it('is the same array where none is asked for', () => {
    expect(sortRows(rows, null)).toBe(rows);
  });

  it('keeps every row, and equal ones as they were', () => {
    const row = fc.nat(4).map((bytesIn) => connection(1, { bytesIn }));
    fc.assert(
      fc.property(fc.array(row), fc.constantFrom(...sortKeys), fc.boolean(), (list, by, isDescending) => {
        const sorted = sortRows(list, { by, isDescending });
        expect(new Set(sorted)).toEqual(new Set(list));
        expect(sorted).toHaveLength(list.length);
        for (const bytesIn of [0, 1, 2, 3, 4]) {
          const equal = (all: typeof list) => all.filter((candidate) => candidate.bytesIn === bytesIn);
          expect(equal([...sorted])).toEqual(equal(list));
        }
      }),
    );
  });
});
