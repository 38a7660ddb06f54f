import { createSocket } from 'node:dgram';
import { expect, it } from 'vitest';
import { ConnectionActions } from '../../../src/commands/console/connection-actions.ts';
import { LiveFeed } from '../../../src/model/feed.ts';
import { openClient } from '../../support/net/client.ts';
import { startWire, type Wire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

const setUp = (wire: Wire) => {
  const feed = new LiveFeed({ read: () => wire.engine.read() });
  return {
    feed,
    actions: new ConnectionActions(wire.engine, feed),
    said: () => {
      feed.refresh();
      return feed.view().transcript.flatMap((entry) => (entry.kind === 'note' ? [entry.text] : []));
    },
  };
};

it('says what was done to a connection, and that one is closed already', async () => {
  await using wire = await startWire();
  const { feed, actions, said } = setUp(wire);
  const client = await openClient(wire.port);
  const { id } = await wire.row(() => true, 'is there');
  feed.refresh();
  for (let press = 0; press < 3; press++) actions.run(id, { type: 'next-discipline' });
  actions.run(id, { type: 'toggle-pause' });
  actions.run(id, { type: 'toggle-pause' });
  actions.run(id, { type: 'reset' });
  expect(await client.ended).toBe('RST');
  await wire.row((row) => row.state === 'CLOSED', 'is closed');
  feed.refresh();
  actions.run(id, { type: 'toggle-pause' });
  expect(said()).toEqual([
    'echo line for #1',
    'echo eof for #1',
    'echo none for #1',
    '#1: we stop reading; its peer feels it',
    '#1: we read on',
    '#1 reset by us: RST',
    '#1 is closed already',
  ]);
});

it('says which actions UDP does not have', async () => {
  await using wire = await startWire([{ transport: 'udp', host: '127.0.0.1', port: 0 }]);
  const { feed, actions, said } = setUp(wire);
  const socket = createSocket('udp4');
  socket.send('x', wire.port, '127.0.0.1');
  const { id } = await wire.row((row) => row.writes === 1, 'has answered');
  feed.refresh();
  actions.run(id, { type: 'toggle-pause' });
  actions.run(id, { type: 'half-close' });
  actions.run(id, { type: 'close' });
  await until(() => wire.reading().totals.open === 0, 'the peer to be forgotten');
  expect(said()).toEqual([
    '#1 speaks UDP: reading from it can not be stopped',
    '#1 speaks UDP: it has no FIN',
    '#1 forgotten by us',
  ]);
  socket.close();
});
