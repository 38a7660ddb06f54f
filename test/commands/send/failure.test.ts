import { describe, expect, it } from 'vitest';
import { explainFailure as inWords } from '../../../src/commands/send/failure.ts';

const tcp = { transport: 'tcp', host: '192.0.2.1', port: 7 } as const;
const udp = { transport: 'udp', host: '::1', port: 7 } as const;
const silence = { type: 'silence', endpoint: tcp, timeoutMs: 5000, received: 0, inputOpen: false } as const;

describe('a failure in words', () => {
  it.each([
    [{ ...silence, stage: 'connect' } as const, 'connect: 192.0.2.1:7: timed out after 5s (ETIMEDOUT) — '],
    [{ ...silence, stage: 'send' } as const, 'send: 192.0.2.1:7: the peer took nothing for 5s (ETIMEDOUT) — '],
    [
      { ...silence, stage: 'recv' } as const,
      'recv: 192.0.2.1:7: no answer for 5s (ETIMEDOUT) — the peer has not closed',
    ],
    [
      { ...silence, stage: 'recv', received: 1234, timeoutMs: 90_000 } as const,
      'recv: 192.0.2.1:7: 1,234 bytes came, then nothing for 1m 30s (ETIMEDOUT) — ',
    ],
    [
      { ...silence, stage: 'recv', endpoint: udp, timeoutMs: 250 } as const,
      'recv: udp://[::1]:7: no answer for 250ms (ETIMEDOUT) — a datagram may be lost',
    ],
    [
      { type: 'difference', endpoint: tcp, difference: { type: 'block', from: 65_536, to: 131_072 } } as const,
      'recv: 192.0.2.1:7: the reply differs from what was sent between offsets 65,536 and 131,071',
    ],
    [
      { type: 'difference', endpoint: tcp, difference: { type: 'early', offset: 0 } } as const,
      'recv: 192.0.2.1:7: the reply is no echo: the byte at offset 0 came before it was sent',
    ],
    [{ type: 'stream', name: 'stdin', message: 'EISDIR:\n\x1b[31m' } as const, 'stdin: EISDIR:\\n\\x1B[31m'],
  ])('%j', (failure, start) => {
    expect(inWords(failure).startsWith(start), inWords(failure)).toBe(true);
  });
});
