import { expect, it } from 'vitest';
import { ArrayRowTable, JoinedRowTable, rowsOf } from '../../../src/memory/ledger/snapshot.ts';
import { rowWith } from '../../model/row.ts';

const at = { accept: 1000, recv: null, send: null, finReceived: null, finSent: null, close: 2000 };

it('places of two are those of the first, then those of the second, number by number', () => {
  const first = new ArrayRowTable([rowWith({ id: 1, bytesIn: 10, bytesOut: 11, at })]);
  const second = new ArrayRowTable([rowWith({ id: 2, bytesIn: 20, bytesOut: 21 }), rowWith({ id: 3 })]);
  const both = new JoinedRowTable(first, second).copy();
  const places = Array.from({ length: both.count }, (_, place) => place);
  expect(places.map((place) => both.id(place))).toEqual([1, 2, 3]);
  expect(places.map((place) => both.bytesIn(place))).toEqual([10, 20, 0]);
  expect(places.map((place) => both.bytesOut(place))).toEqual([11, 21, 0]);
  expect(both.acceptedAt(0)).toBe(1000);
  expect(places.map((place) => both.closedAt(place))).toEqual([2000, 0, 0]);
  expect(rowsOf(both)).toEqual([...rowsOf(first), ...rowsOf(second)]);
  expect(both.row(1)).toBe(second.row(0));
  expect([both.id(3), both.row(3)], 'beyond the end').toEqual([0, undefined]);
});
