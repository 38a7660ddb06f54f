import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Note } from '../../../src/memory/journal/note.ts';
import { NotePacker, unpackNotes } from '../../../src/memory/journal/packed-notes.ts';
import { endings } from '../../../src/memory/ledger/row.ts';

const at = fc.double({ min: 0, max: 1e12, noNaN: true });
const count = fc.nat(2 ** 31 - 1);
const bytes = fc.uint8Array({ maxLength: 20 });
const end = fc.constantFrom(
  ['127.0.0.1', 53122, '127.0.0.1:53122'] as const,
  ['fe80::1%eth0', 9, '[fe80::1%eth0]:9'] as const,
  ['unknown', 0, 'unknown'] as const,
);
const transport = fc.constantFrom('tcp', 'udp');
const how = fc.constantFrom(...endings);
const error = fc.constantFrom(null, 'ECONNRESET', 'errno 4242');

interface Case {
  readonly note: Note;
  readonly pack: (packer: NotePacker) => void;
}

const note: fc.Arbitrary<Case> = fc.oneof(
  fc.record({ at, id: count, transport, peer: end, local: end }).map(({ at, id, transport, peer, local }) => {
    const [[peerHost, peerPort, peerText], [localHost, localPort, localText]] = [peer, local];
    return {
      note: { type: 'open', at, id, transport, peer: peerText, local: localText } as const,
      pack: (packer: NotePacker) => packer.open(at, id, { transport, peerHost, peerPort, localHost, localPort }),
    };
  }),
  fc.record({ at, id: count, by: fc.constantFrom('peer', 'local') }).map(({ at, id, by }) => ({
    note: { type: 'half-close', at, id, by } as const,
    pack: (packer: NotePacker) => packer.halfClose(at, id, by),
  })),
  fc.record({ at, id: count, transport, bytes }).map(({ at, id, transport, bytes }) => ({
    note: { type: 'data', at, id, transport, bytes } as const,
    pack: (packer: NotePacker) => packer.data(at, id, transport, bytes.length),
  })),
  fc.record({ at, id: count, bytes, length: count }).map(({ at, id, bytes, length }) => ({
    note: { type: 'message', at, id, bytes, length } as const,
    pack: (packer: NotePacker) => packer.message(at, id, bytes.length, length),
  })),
  fc
    .record({
      at,
      id: count,
      transport,
      peer: end,
      outcome: fc.record({ ms: at, how, bytesIn: count, bytesOut: count, reads: count, writes: count, error }),
    })
    .map(({ at, id, transport, peer: [peerHost, peerPort, peer], outcome }) => ({
      note: { type: 'close', at, id, transport, peer, ...outcome } as const,
      pack: (packer: NotePacker) => packer.close(at, id, transport, { peerHost, peerPort }, outcome),
    })),
  fc
    .record({ at, peer: end, why: fc.constantFrom('denied', 'max-connections') })
    .map(({ at, peer: [peerHost, peerPort, peer], why }) => ({
      note: { type: 'refused', at, peer, why } as const,
      pack: (packer: NotePacker) => packer.refused(at, { peerHost, peerPort }, why),
    })),
);

const plain = (notes: readonly Note[]) =>
  notes.map((each) => ('bytes' in each ? { ...each, bytes: [...each.bytes] } : each));

const payloadOf = (notes: readonly Note[]) =>
  Buffer.concat(notes.flatMap((each) => ('bytes' in each ? [each.bytes] : [])));

it('gives back whatever notes were packed, in their order, batch after batch', () => {
  // Longer than the room that there is at first.
  const batches = fc.array(fc.array(note, { size: 'max', maxLength: 500 }), { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(batches, (all) => {
      const packer = new NotePacker();
      for (const batch of all) {
        for (const { pack } of batch) pack(packer);
        const notes = batch.map((each) => each.note);
        expect(packer.count).toBe(notes.length);
        expect(plain(unpackNotes(packer.take(payloadOf(notes))))).toEqual(plain(notes));
        expect(packer.count).toBe(0);
      }
    }),
    { numRuns: 50 },
  );
});

it('gives back a batch that is longer than the memory it keeps, and the next one', () => {
  const packer = new NotePacker();
  for (let id = 1; id <= 20_000; id++) packer.halfClose(id, id, 'peer');
  const batch = packer.take(Buffer.alloc(0));
  // As it crosses threads: its memory is gone from here.
  const long = unpackNotes(structuredClone(batch, { transfer: [batch.numbers.buffer] }));
  packer.halfClose(7, 7, 'local');
  const next = unpackNotes(packer.take(Buffer.alloc(0)));
  expect([long.length, long.at(-1)]).toEqual([20_000, { type: 'half-close', at: 20_000, id: 20_000, by: 'peer' }]);
  expect(next).toEqual([{ type: 'half-close', at: 7, id: 7, by: 'local' }]);
});
