import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Endpoint, Transport } from '../../../src/text/endpoint.ts';
import type { Fault } from '../../../src/text/fault.ts';
import { Listeners } from '../../../src/wire/server/listeners.ts';
import { freePort } from '../../support/net/free-port.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  'both.test': ['::1', '127.0.0.1', '127.0.0.1'],
  'one.test': ['127.0.0.1'],
  // 192.0.2.0/24 is nobody's (RFC 5737).
  'partly.test': ['192.0.2.7', '127.0.0.1'],
  'away.test': ['192.0.2.7', '192.0.2.8'],
};

vi.mock('node:dns/promises', () => ({
  lookup: async (name: string) => (names[name] ?? []).map((address) => ({ address })),
}));

const ignore = (): void => undefined;

const open = async (...endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> => {
  const events = { onStream: ignore, onDatagram: ignore, onFault: ignore };
  const listeners = new Listeners({ backlog: 5, rawStreams: true }, events);
  onTestFinished(() => {
    listeners.close('stream');
    listeners.close('datagrams');
  });
  const opened = await listeners.open(endpoints, { type: 'alone' });
  return opened.map(({ endpoint }) => endpoint);
};

const at = (host: string, port = 0, transport: Transport = 'tcp'): Endpoint => ({ transport, host, port });

describe('a listener on a name', () => {
  it.each(['tcp', 'udp'] as const)(
    'is one for each of its addresses, all on one free port, and says which (%s)',
    async (transport) => {
      const endpoints = await open(at('both.test', 0, transport));
      const [{ port } = { port: 0 }] = endpoints;
      expect(port).toBeGreaterThan(0);
      expect(endpoints).toEqual([at('::1', port, transport), at('127.0.0.1', port, transport)]);
    },
  );

  it('keeps the name where that has one address', async () => {
    expect(await open(at('one.test'))).toMatchObject([{ host: 'one.test' }]);
  });

  it('leaves out an address that this machine does not have, and fails where it has none', async () => {
    expect(await open(at('partly.test'))).toMatchObject([{ host: '127.0.0.1' }]);
    const fault: Partial<Fault> = { stage: 'bind', code: 'EADDRNOTAVAIL', endpoint: at('192.0.2.7') };
    await expect(open(at('away.test'))).rejects.toMatchObject(fault);
  });

  it('stands beside one on an address that the name has as well: each is opened once', async () => {
    const port = await freePort({ transport: 'tcp', host: '::' });
    expect(await open(at('both.test', port), at('127.0.0.1', port))).toEqual([at('::1', port), at('127.0.0.1', port)]);
  });

  it('does so where the name has this address alone', async () => {
    const port = await freePort({ transport: 'tcp', host: '127.0.0.1' });
    expect(await open(at('one.test', port), at('127.0.0.1', port))).toEqual([at('127.0.0.1', port)]);
  });

  it('is none at all where another program has its port at one of its addresses', async () => {
    const port = await freePort({ transport: 'tcp', host: '::' });
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    await expect(open(at('both.test', port))).rejects.toMatchObject({
      code: 'EADDRINUSE',
      endpoint: at('127.0.0.1', port),
    });
    // Nor is the other address kept.
    await open(at('::1', port));
  });
});
