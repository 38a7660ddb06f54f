import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import { AccessList } from '../../../src/wire/server/access-list.ts';
import { isTurnedAway, openClient } from '../../support/net/client.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

describe('idle timeout', () => {
  it('closes a silent connection with FIN, and leaves a busy one', async () => {
    // A process that is held up for the whole timeout would be silent too.
    await using wire = await startWire(undefined, { idleTimeoutMs: 2000 });
    const [silent, busy] = [await openClient(wire.port), await openClient(wire.port)];
    let talking = true;
    const talk = (async () => {
      while (talking) {
        await busy.write('x');
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    expect(await silent.ended).toBe('FIN');
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed', silent.local)).toMatchObject({ how: 'idle' });
    expect(await wire.row(() => true, 'is there', busy.local)).toMatchObject({ state: 'ESTABLISHED' });
    talking = false;
    await talk;
    silent.destroy();
    busy.destroy();
  });

  it('ends a connection whose peer takes nothing', async () => {
    await using wire = await startWire(undefined, { idleTimeoutMs: 200 });
    const deaf = await openClient(wire.port);
    deaf.pause();
    const written = deaf.write(Buffer.alloc(32 << 20)).catch(() => undefined);
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({ how: 'idle' });
    deaf.destroy();
    await written;
  });
});

describe('--allow and --deny', () => {
  it('accept a peer that is allowed and not denied', () => {
    const accessList = new AccessList(['10.0.0.0/8', 'fd00::/8'], ['10.1.0.0/16', '10.2.3.4']);
    expect(accessList.allows('10.0.0.1')).toBe(true);
    expect(accessList.allows('fd00::1')).toBe(true);
    expect(accessList.allows('10.1.2.3')).toBe(false);
    expect(accessList.allows('10.2.3.4')).toBe(false);
    expect(accessList.allows('10.2.3.5')).toBe(true);
    expect(accessList.allows('127.0.0.1')).toBe(false);
    expect(accessList.allows('::1')).toBe(false);
  });

  it.each([
    // An IPv4 peer, as an IPv4 listener and as an IPv6 listener sees it.
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:11.1.2.3', false],
    ['10.1.2.3', '::ffff:10.1.2.3', true],
    // Its network written as IPv6.
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['::FFFF:a00:0/104', '::ffff:10.1.2.3', true],
    ['::ffff:10.1.2.3', '10.1.2.3', true],
    ['::ffff:10.1.2.3', '10.1.2.4', false],
    // Everybody, in either family; and a network of IPv6 that has no IPv4 in it.
    ['::/0', '10.1.2.3', true],
    ['::/0', '2001:db8::1', true],
    ['0.0.0.0/0', '10.1.2.3', true],
    ['0.0.0.0/0', '::ffff:10.1.2.3', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['fd00::/8', '10.1.2.3', false],
    ['fd00::/8', '::ffff:253.0.0.1', false],
    // A network may be named by any address in it.
    ['10.1.2.3/8', '10.9.9.9', true],
    // The interface that an address came through.
    ['fe80::/10', 'fe80::1%eth0', true],
    ['fe80::1', 'fe80::1%eth0', true],
    ['fe80::2', 'fe80::1%eth0', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3%eth0', true],
    // What is no address, as of a peer that was gone before it was accepted.
    ['0.0.0.0/0', '?', false],
  ])('%s has %s: %s', (network, address, inside) => {
    expect(new AccessList([network], []).allows(address)).toBe(inside);
    if (address !== '?') expect(new AccessList([], [network]).allows(address)).toBe(!inside);
  });

  it('refuse a peer whose address is not known, if there is a rule', () => {
    expect(new AccessList([], ['10.0.0.0/8']).allows('?')).toBe(false);
    expect(new AccessList(['::/0', '0.0.0.0/0'], []).allows('?')).toBe(false);
    expect(new AccessList([], []).allows('?')).toBe(true);
  });

  it('turn a TCP peer away before a byte is read, and count it', async () => {
    await using wire = await startWire(undefined, { deny: ['127.0.0.0/8'] });
    expect(await isTurnedAway(wire.port)).toBe(true);
    expect(wire.reading().totals).toMatchObject({ open: 0, served: 0, refused: 1, bytesIn: 0 });
    await until(() => wire.records().length > 0, 'the refusal to be written down');
    expect(wire.records()).toMatchObject([{ kind: 'refused', peer: { host: '127.0.0.1' }, why: 'denied' }]);
  });

  it('are closed to a peer whose bytes came with its SYN or right behind: none is taken, written down or sent back', async () => {
    await using wire = await startWire(undefined, { deny: ['127.0.0.1'] });
    const eager = connect(wire.port, '127.0.0.1');
    let back = 0;
    eager.on('data', (bytes) => (back += bytes.length));
    eager.on('error', () => undefined);
    eager.write('let me in');
    await new Promise((resolve) => eager.once('close', resolve));
    expect(back).toBe(0);
    await until(() => wire.records().length > 0, 'the refusal to be written down');
    expect(wire.records().map(({ kind }) => kind)).toEqual(['refused']);
    expect(wire.reading()).toMatchObject({ totals: { served: 0, refused: 1, bytesIn: 0 }, rows: [] });
  });

  it('hold for IPv4 peers of a listener on [::]', async () => {
    const everywhere: Endpoint = { transport: 'tcp', host: '::', port: 0 };
    await using wire = await startWire([everywhere], { deny: ['127.0.0.1'] });
    expect(await isTurnedAway(wire.port, '127.0.0.1')).toBe(true);
    const other = await openClient(wire.port, '::1');
    await other.write('in');
    await other.receive('in');
    other.destroy();
  });
});
