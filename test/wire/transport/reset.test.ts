import { describe, expect, it } from 'vitest';
import { type Discipline, disciplines } from '../../../src/memory/ledger/row.ts';
import { type Client, openClient } from '../../support/net/client.ts';
import { startWire, type Wire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

/** More than the buffers of both ends hold. */
const flood = Buffer.alloc(16 << 20, 'f');

interface Peer extends Client {
  readonly id: number;
}

/** A point of a connection's life: how it is reached, and under which disciplines it can be. */
interface Point {
  readonly reach: (wire: Wire, peer: Peer) => Promise<unknown>;
  readonly under?: readonly Discipline[];
  /** What lets us notice the RST, where we would not by ourselves. */
  readonly notice?: (wire: Wire, peer: Peer) => void;
}

const row = (wire: Wire, peer: Peer, wanted: Parameters<Wire['row']>[0], what: string) =>
  wire.row(wanted, what, peer.local);

/** Bytes of our own that the peer does not take: owed whatever the discipline. */
const owe = async (wire: Wire, peer: Peer): Promise<void> => {
  peer.pause();
  wire.engine.tellConnection(peer.id, { type: 'write', bytes: flood });
  await row(wire, peer, ({ stalled }) => stalled, 'is stalled');
};

/** A message that goes back only behind the peer's FIN, and is not taken. */
const oweAfterFin = async (wire: Wire, peer: Peer): Promise<void> => {
  peer.pause();
  await peer.write(flood.subarray(0, 15 << 20));
  peer.end();
  await row(wire, peer, ({ stalled, state }) => stalled && state === 'CLOSE_WAIT', 'is stalled in CLOSE_WAIT');
};

const points: Readonly<Record<string, Point>> = {
  'right after accept': { reach: () => Promise.resolve() },
  'behind a message': {
    reach: async (wire, peer) => {
      await peer.write('one\ntwo');
      await row(wire, peer, ({ bytesIn }) => bytesIn === 7, 'has received 7 bytes');
    },
  },
  'in the middle of a read': {
    reach: async (_, peer) => {
      // Not awaited: its rest is on its way when the RST overtakes it.
      peer.write(flood).catch(() => undefined);
    },
  },
  'with data owed': { reach: owe },
  'in CLOSE_WAIT, with data owed': { reach: oweAfterFin, under: ['line', 'eof'] },
  'in FIN_WAIT': {
    reach: async (wire, peer) => {
      wire.engine.tellConnection(peer.id, { type: 'half-close' });
      await row(wire, peer, ({ state }) => state === 'FIN_WAIT', 'is in FIN_WAIT');
    },
  },
  'while it is to be closed, with data owed': {
    reach: async (wire, peer) => {
      await owe(wire, peer);
      wire.engine.tellConnection(peer.id, { type: 'close' });
    },
  },
  'while we do not read from it': {
    reach: async (wire, peer) => {
      wire.engine.tellConnection(peer.id, { type: 'pause' });
      await row(wire, peer, ({ paused }) => paused, 'is paused');
      await peer.write('unread');
    },
    // Like any program that does not read, we learn of it when we do.
    notice: (wire, peer) => wire.engine.tellConnection(peer.id, { type: 'resume' }),
  },
};

const cases = Object.entries(points).flatMap(([name, { under = disciplines }]) =>
  under.map((discipline) => [name, discipline] as const),
);

describe('a peer that resets', () => {
  it.each(cases)('%s, under echo %s: is told, counted once, and disturbs nobody', async (name, discipline) => {
    const point = points[name];
    if (point === undefined) throw new Error(name);
    await using wire = await startWire(undefined, { discipline });
    const bystander = await openClient(wire.port);
    const client = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there', client.local);
    const peer = { ...client, id };
    await point.reach(wire, peer);
    peer.reset();
    point.notice?.(wire, peer);

    const closed = await row(wire, peer, ({ state }) => state === 'CLOSED', 'is closed');
    expect(closed).toMatchObject({ stalled: false, paused: false });
    // Behind an orderly close of ours the RST may come too late to be the reason.
    if (!name.includes('closed'))
      expect(closed).toMatchObject({ how: 'reset', error: expect.stringMatching(/ECONNRESET|EPIPE/) });
    if (!name.includes('owed')) expect(closed.bytesOut).toBeLessThanOrEqual(closed.bytesIn);
    await until(() => wire.reading().totals.open === 1, 'the bystander to be alone');
    expect(wire.reading().totals).toMatchObject({ served: 2, bytesIn: closed.bytesIn, bytesOut: closed.bytesOut });

    wire.engine.tellConnection(null, { type: 'discipline', discipline: 'chunk' });
    await until(() => wire.reading().rows.some((each) => each.discipline === 'chunk'), 'the discipline');
    await bystander.write('still here');
    await bystander.receive('still here');
    bystander.destroy();
    expect(wire.crashes).toEqual([]);
    expect(wire.faults).toEqual([]);
  });
});
