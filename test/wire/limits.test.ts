import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/engine/protocol.ts';
import { Doors } from '../../src/wire/doors.ts';
import { isTurnedAway, openClient } from '../support/client.ts';
import { until } from '../support/wait.ts';
import { startWire } from '../support/wire.ts';

describe('idle timeout', () => {
  it('closes a silent connection with FIN, and leaves a busy one', async () => {
    await using wire = await startWire(undefined, { idleTimeoutMs: 300 });
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

describe('doors', () => {
  it('let in who is allowed and not denied', () => {
    const doors = new Doors(['10.0.0.0/8', 'fd00::/8'], ['10.1.0.0/16', '10.2.3.4']);
    expect(doors.admit('10.0.0.1')).toBe(true);
    expect(doors.admit('fd00::1')).toBe(true);
    expect(doors.admit('10.1.2.3')).toBe(false);
    expect(doors.admit('10.2.3.4')).toBe(false);
    expect(doors.admit('10.2.3.5')).toBe(true);
    expect(doors.admit('127.0.0.1')).toBe(false);
    expect(doors.admit('::1')).toBe(false);
  });

  it('take an IPv4 peer of an IPv6 listener as IPv4, and an address with its zone', () => {
    expect(new Doors([], ['127.0.0.0/8']).admit('::ffff:127.0.0.1')).toBe(false);
    expect(new Doors(['127.0.0.0/8'], []).admit('::ffff:127.0.0.1')).toBe(true);
    expect(new Doors(['fe80::/10'], []).admit('fe80::1%eth0')).toBe(true);
  });

  it('turn a TCP peer away before a byte is read, and count it', async () => {
    await using wire = await startWire(undefined, { deny: ['127.0.0.0/8'], journal: 'connections' });
    expect(await isTurnedAway(wire.port)).toBe(true);
    expect(wire.reading().totals).toMatchObject({ open: 0, served: 0, refused: 1, bytesIn: 0 });
    await until(() => wire.notes.length > 0, 'the refusal to be written down');
    const peer = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
    expect(wire.notes).toMatchObject([{ type: 'refused', peer, why: 'denied' }]);
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
