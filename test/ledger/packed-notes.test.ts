import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Note } from '../../src/ledger/note.ts';
import { packNote, unpackNotes } from '../../src/ledger/packed-notes.ts';
import { endings } from '../../src/ledger/row.ts';

const at = fc.double({ min: 0, max: 1e12, noNaN: true });
const count = fc.nat(2 ** 31 - 1);
const bytes = fc.uint8Array({ maxLength: 20 });
const peer = fc.constantFrom('127.0.0.1:53122', '[fe80::1%eth0]:9', '?:0');
const transport = fc.constantFrom('tcp', 'udp');
const one = <T extends Note['type']>(type: T) => fc.constant(type);

const note: fc.Arbitrary<Note> = fc.oneof(
  fc.record({ type: one('open'), at, id: count, transport, peer, local: peer }),
  fc.record({ type: one('half-close'), at, id: count, by: fc.constantFrom('peer', 'local') }),
  fc.record({ type: one('data'), at, id: count, transport, bytes }),
  fc.record({ type: one('message'), at, id: count, bytes, length: count }),
  fc.record({
    type: one('close'),
    at,
    id: count,
    transport,
    peer,
    ms: at,
    how: fc.constantFrom(...endings),
    bytesIn: count,
    bytesOut: count,
    reads: count,
    writes: count,
    error: fc.constantFrom(null, 'ECONNRESET', 'errno 4242'),
  }),
  fc.record({ type: one('refused'), at, peer, why: fc.constantFrom('denied', 'max-connections') }),
);

it('gives back whatever notes were packed, in their order', () => {
  fc.assert(
    fc.property(fc.array(note), (notes) => {
      const numbers: number[] = [];
      const words: string[] = [];
      for (const each of notes) packNote(each, numbers, words);
      const payload = notes.flatMap((each) => ('bytes' in each ? [each.bytes] : []));
      const batch = { numbers: new Float64Array(numbers), words: words.join('\n'), bytes: Buffer.concat(payload) };
      const plain = (all: readonly Note[]) =>
        all.map((each) => ('bytes' in each ? { ...each, bytes: [...each.bytes] } : each));
      expect(plain(unpackNotes(batch))).toEqual(plain(notes));
    }),
  );
});
