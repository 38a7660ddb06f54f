import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/model/verdict.ts';
import { rowWith } from './row.ts';

const closed = (changes: Parameters<typeof rowWith>[0] = {}) =>
  verdictOf(rowWith({ state: 'CLOSED', how: 'fin', ...changes, at: { close: 1003, ...changes.at } }));
const echoed = { reads: 3, writes: 3, bytesIn: 12, bytesOut: 12 } as const;
const bothFins = { finReceived: 1002, finSent: 1003 } as const;
const whole = { ourEnd: 'acknowledged', at: bothFins } as const;

describe('the verdict', () => {
  it('is not spoken while the connection is open', () => {
    expect(verdictOf(rowWith(echoed))).toBeNull();
  });

  it.each([
    [
      'closed by the peer',
      closed({ ...echoed, ...whole }),
      '3 reads, 12 B; the peer sent FIN first; all 12 B echoed; closed cleanly after 3.00 ms',
    ],
    [
      'half-closed by us',
      closed({ ...echoed, ...whole, at: { finSent: 1001, finReceived: 1002 } }),
      '3 reads, 12 B; we half-closed first; all 12 B echoed; closed cleanly after 3.00 ms',
    ],
    [
      'closed by us',
      closed({ ...echoed, at: { finSent: 1002 } }),
      '3 reads, 12 B; all 12 B echoed; closed by us, no FIN from the peer was read after 3.00 ms; not known how much of 12 B arrived',
    ],
    ['without a byte', closed(whole), 'nothing was ever sent; the peer sent FIN first; closed cleanly after 3.00 ms'],
    [
      'with bytes of our own alone',
      closed({ writes: 1, bytesOut: 5, ...whole }),
      'nothing received; the peer sent FIN first; 5 B sent, 5 B of them our own; closed cleanly after 3.00 ms',
    ],
    [
      'with bytes of our own beside the echo',
      closed({ ...echoed, bytesOut: 17, ...whole }),
      '3 reads, 12 B; the peer sent FIN first; 17 B sent, 5 B of them our own; closed cleanly after 3.00 ms',
    ],
    [
      'under none',
      closed({ discipline: 'none', reads: 1, bytesIn: 12, ...whole }),
      '1 read, 12 B; the peer sent FIN first; nothing echoed (echo none); closed cleanly after 3.00 ms',
    ],
    [
      'under none, after bytes of our own',
      closed({ discipline: 'none', reads: 1, bytesIn: 12, bytesOut: 5, ...whole }),
      '1 read, 12 B; the peer sent FIN first; 5 B sent (echo none); closed cleanly after 3.00 ms',
    ],
    [
      'reset by the peer',
      closed({ how: 'reset', error: 'ECONNRESET', reads: 2, bytesIn: 8192, bytesOut: 4096 }),
      'reset by peer (ECONNRESET) with 4.1 kB not echoed, after 3.00 ms; 2 reads, 8.2 kB; not known how much of 4.1 kB arrived',
    ],
    [
      'reset by the peer, owed nothing',
      closed({ ...echoed, how: 'reset', error: 'EPIPE' }),
      'reset by peer (EPIPE), after 3.00 ms; 3 reads, 12 B; all 12 B echoed; not known how much of 12 B arrived',
    ],
    [
      'reset by us',
      closed({ ...echoed, how: 'reset', ourEnd: 'rst' }),
      'reset by us, after 3.00 ms; 3 reads, 12 B; all 12 B echoed; not known how much of 12 B arrived',
    ],
    [
      'reset before it was accepted',
      closed({ peer: 'unknown', how: 'reset', error: 'ECONNRESET' }),
      'reset by peer (ECONNRESET) before it was accepted, after 3.00 ms; nothing was read',
    ],
    [
      'reset by us while nothing was read',
      closed({ how: 'reset', ourEnd: 'rst', paused: true }),
      'reset by us, after 3.00 ms; nothing was read',
    ],
    [
      'closed by the peer, which did not acknowledge our FIN in time',
      closed({ ...echoed, ourEnd: 'unacknowledged', at: bothFins }),
      '3 reads, 12 B; the peer sent FIN first; all 12 B echoed; closed after 3.00 ms; our FIN was not acknowledged, not known how much of 12 B arrived',
    ],
    [
      'closed by the peer, where nobody can be asked',
      closed({ at: bothFins }),
      'nothing was ever sent; the peer sent FIN first; closed after 3.00 ms; not known whether our FIN arrived',
    ],
    [
      'closed by us with its FIN unread',
      closed({ ourEnd: 'acknowledged', at: { finSent: 1001 } }),
      'nothing was read; closed by us, with the FIN of the peer unread after 3.00 ms',
    ],
    [
      'idle',
      closed({ ...echoed, how: 'idle', activeAt: 2000, at: { close: 32_000, finSent: 32_000 } }),
      'closed by us: idle 30.0 s, after 31.0 s; 3 reads, 12 B; all 12 B echoed; not known how much of 12 B arrived',
    ],
    [
      'idle under eof',
      closed({ how: 'idle', discipline: 'eof', reads: 1, bytesIn: 7, at: { close: 2000 } }),
      'closed by us: idle 1.00 s, after 1.00 s; 1 read, 7 B; 7 B held for a FIN that was never read (echo eof)',
    ],
    [
      'over the limit',
      closed({ how: 'limit', ourEnd: 'rst', discipline: 'line', reads: 4, bytesIn: 2000, bytesOut: 500 }),
      'reset by us: it held more than --max-buffer allows, after 3.00 ms; 4 reads, 2 kB; 1.5 kB of 2 kB not echoed; not known how much of 500 B arrived',
    ],
    [
      'over the limit of all',
      closed({ how: 'limit', error: 'ENOMEM', ourEnd: 'rst', discipline: 'eof', reads: 4, bytesIn: 2000, bytesOut: 0 }),
      'reset by us: it held most when all connections together reached --max-memory, after 3.00 ms; 4 reads, 2 kB; 2 kB held for a FIN that was never read (echo eof)',
    ],
    [
      'at shutdown',
      closed({ ...echoed, how: 'shutdown', ourEnd: 'rst', bytesOut: 2 }),
      'reset by us: the server stopped with 10 B not echoed, after 3.00 ms; 3 reads, 12 B; not known how much of 2 B arrived',
    ],
    [
      'by an error',
      closed({ how: 'error', error: 'ETIMEDOUT' }),
      'broken off: the peer answers no more (ETIMEDOUT), after 3.00 ms; nothing was read',
    ],
    [
      'of UDP, expired',
      closed({ ...echoed, transport: 'udp', how: 'expired', at: { close: 31_000 } }),
      'forgotten: no datagram for 30.0 s, after 30.0 s; 3 datagrams, 12 B; all 12 B echoed',
    ],
    [
      'of UDP, by us',
      closed({ transport: 'udp', reads: 1, bytesIn: 2, bytesOut: 2 }),
      'forgotten at our wish, after 3.00 ms; 1 datagram, 2 B; all 2 B echoed',
    ],
    [
      'of UDP, at shutdown',
      closed({ transport: 'udp', how: 'shutdown', reads: 1, bytesIn: 2, bytesOut: 2 }),
      'forgotten: the server stopped, after 3.00 ms; 1 datagram, 2 B; all 2 B echoed',
    ],
  ])('%s', (_what, verdict, text) => {
    expect(verdict).toBe(text);
  });
});
