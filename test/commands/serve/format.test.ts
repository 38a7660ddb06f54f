import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServeEvent } from '../../../src/commands/serve/event.ts';
import { ndjson } from '../../../src/commands/serve/format.ts';
import { endings } from '../../../src/memory/ledger/row.ts';

const wallMs = Date.UTC(2026, 10, 23, 15, 51, 14, 994);
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const transport = fc.constantFrom('tcp', 'udp');
/** An IPv6 zone is the name of an interface, and those may have quotes. */
const peer = fc.oneof(fc.constant('127.0.0.1:53122'), fc.constant('[fe80::1%a"b\\c]:9'), fc.string());

const at = fc.nat();
/** A close event of connection and counters: the note that it is made of, and the fields that a script gets. */
const closed = fc
  .record({ id: count, transport, peer, bytesIn: count, bytesOut: count, reads: count, writes: count })
  .chain((fields) =>
    fc.record({
      fields: fc.constant(fields),
      microseconds: fc.nat(2 ** 40),
      how: fc.constantFrom(...endings),
      error: fc.constantFrom(null, 'ETIMEDOUT', 'EHOSTUNREACH'),
    }),
  );

/** Events whose fields are those of the JSON. */
const events: fc.Arbitrary<Exclude<ServeEvent, { type: 'data' | 'close' }>> = fc.oneof(
  fc.record({ type: fc.constant('open'), at, id: count, transport, peer, local: peer }),
  fc.record({ type: fc.constant('half-close'), at, id: count, by: fc.constantFrom('peer', 'local') }),
  fc.record({ type: fc.constant('refused'), at, peer, why: fc.constantFrom('denied', 'max-connections') }),
  fc.record({
    type: fc.constantFrom('stats', 'stopped'),
    ...{ at, open: count, served: count, refused: count, bytesIn: count, bytesOut: count },
  }),
);

const time = '2026-11-23T15:51:14.994Z';

describe('an event as JSON', () => {
  it('has the time first and then its fields in their order', () => {
    fc.assert(
      fc.property(events, (event) => {
        const { type, at: _, ...fields } = event;
        const line = [...ndjson(event, wallMs)].join('');
        expect(line).toBe(`${JSON.stringify({ time, event: type, ...fields })}\n`);
      }),
    );
  });

  it('has the time of a connection in seconds, and an error only where there was one', () => {
    fc.assert(
      fc.property(closed, ({ fields, microseconds, how, error }) => {
        const line = [...ndjson({ type: 'close', at: 0, ...fields, ms: microseconds / 1e3, how, error }, wallMs)].join(
          '',
        );
        const wanted = { time, event: 'close', ...fields, seconds: microseconds / 1e6, how };
        expect(line).toBe(`${JSON.stringify(error === null ? wanted : { ...wanted, error })}\n`);
      }),
    );
  });

  it('has what a peer sent as one text, in as many pieces as it came', () => {
    fc.assert(
      fc.property(count, fc.array(fc.string({ unit: 'binary' })), (id, data) => {
        const line = [...ndjson({ type: 'data', at: 0, id, data }, wallMs)].join('');
        const wanted = { time, event: 'data', id, data: data.join('') };
        expect(line).toBe(`${JSON.stringify(wanted)}\n`);
      }),
    );
  });
});
