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

const closed = {
  event: fc.constant('close'),
  id: count,
  transport,
  peer,
  ...{ bytesIn: count, bytesOut: count, reads: count, writes: count },
  seconds: fc.nat(2 ** 40).map((us) => us / 1e6),
  how: fc.constantFrom(...endings),
} as const;

const events: fc.Arbitrary<Exclude<ServeEvent, { event: 'data' }>> = fc.oneof(
  fc.record({ event: fc.constant('open'), id: count, transport, peer, local: peer }),
  fc.record({ event: fc.constant('half-close'), id: count, by: fc.constantFrom('peer', 'local') }),
  fc.record(closed),
  fc.record({ ...closed, error: fc.constantFrom('ETIMEDOUT', 'EHOSTUNREACH') }),
  fc.record({ event: fc.constant('refused'), peer, why: fc.constantFrom('denied', 'max-connections') }),
  fc.record({
    event: fc.constantFrom('stats', 'stopped'),
    ...{ open: count, served: count, refused: count, bytesIn: count, bytesOut: count },
  }),
);

describe('an event as JSON', () => {
  it('has the time first and then its fields in their order', () => {
    fc.assert(
      fc.property(events, (event) => {
        const line = [...ndjson(event, wallMs)].join('');
        expect(line).toBe(`${JSON.stringify({ time: '2026-11-23T15:51:14.994Z', ...event })}\n`);
      }),
    );
  });

  it('has what a peer sent as one text, in as many pieces as it came', () => {
    fc.assert(
      fc.property(count, fc.array(fc.string({ unit: 'binary' })), (id, data) => {
        const line = [...ndjson({ event: 'data', id, data }, wallMs)].join('');
        const wanted = { time: '2026-11-23T15:51:14.994Z', event: 'data', id, data: data.join('') };
        expect(line).toBe(`${JSON.stringify(wanted)}\n`);
      }),
    );
  });
});
