import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLedger } from '../../../src/memory/ledger/layout.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';
import type { Fault } from '../../../src/text/fault.ts';
import { LinkLedger } from '../../../src/wire/client/link.ts';
import { UdpLink } from '../../../src/wire/client/udp-link.ts';
import { startRecording } from '../../support/recording.ts';
import { until } from '../../support/wait.ts';

/** A name with an IPv6 address and no other, one that is being looked up for good, and any other there is not. */
vi.mock('node:dns/promises', () => ({
  lookup: async (name: string) => {
    if (name === 'six.test') return { address: '::1', family: 6 };
    if (name === 'slow.test') return new Promise(() => undefined);
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  },
}));

/** A link to a name, and what it told. */
const openLink = (host: string, port: number) => {
  const locals: string[] = [];
  const answers: string[] = [];
  const ends: (Fault | null)[] = [];
  const events = {
    connected: (local: string) => locals.push(local),
    received: ({ piece }: { readonly piece: Uint8Array }) => answers.push(Buffer.from(piece).toString()),
    deviated: () => undefined,
    unanswered: () => undefined,
    ended: () => undefined,
    gone: (fault: Fault | null) => ends.push(fault),
  };
  const log = new LinkLedger(new LedgerWriter(createLedger(4), 4), startRecording().recorder, 0);
  const link = new UdpLink({ transport: 'udp', host, port }, 'unknown', events, log);
  onTestFinished(() => link.close());
  return { link, locals, answers, ends };
};

describe('a UDP link to a name', () => {
  it('takes the family that the name has', async () => {
    const server = createSocket('udp6', (bytes, { port, address }) => server.send(bytes, port, address));
    onTestFinished(() => void server.close());
    server.bind(0, '::1');
    await once(server, 'listening');
    const { link, locals, answers } = openLink('six.test', server.address().port);
    await until(() => locals.length > 0, 'the link to be up');
    expect(locals[0]).toMatch(/^\[::1\]:\d+$/u);
    expect(link.send(1, Buffer.from('안녕'))).toBe('sent');
    await until(() => answers.length > 0, 'an answer');
    expect(answers).toEqual(['안녕']);
  });

  it('says that there is no such name, and sends nothing', async () => {
    const { link, ends } = openLink('none.test', 9);
    await until(() => ends.length > 0, 'the end of the link');
    expect(ends).toEqual([expect.objectContaining({ stage: 'connect', code: 'ENOTFOUND' })]);
    expect(link.send(1, Buffer.from('x'))).toBe('closed');
  });

  it('can be closed while its name is looked up', () => {
    const { link, ends } = openLink('slow.test', 9);
    link.close();
    link.close();
    expect(ends).toEqual([null]);
  });
});
