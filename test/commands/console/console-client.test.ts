import { describe, expect, it } from 'vitest';
import { ConnectionActions } from '../../../src/commands/console/connection-actions.ts';
import { ConsoleClient } from '../../../src/commands/console/console-client.ts';
import { FileCalls } from '../../../src/commands/console/files.ts';
import type { ClientCommand } from '../../../src/engine/protocol.ts';
import { LiveFeed } from '../../../src/model/feed.ts';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import { rowWith } from '../../model/row.ts';
import { DataSource } from '../../sources/data-source.ts';

const home: Endpoint = { transport: 'tcp', host: '::', port: 8080 };
const local = '[::1]:50000';

/** A client that is connected to our own server as row 1, and what it was told. */
const connected = () => {
  const rows = [rowWith({ id: 1, peer: local }), rowWith({ id: 2, peer: '10.0.0.7:5000' })];
  const source = new DataSource({ rows });
  const feed = new LiveFeed({ read: () => source.read() });
  const told: ClientCommand[] = [];
  const client = new ConsoleClient(
    { tellClient: (command) => told.push(command) },
    feed,
    new FileCalls(() => undefined),
  );
  const connections = new ConnectionActions({ tellConnection: () => undefined }, feed, (id, command) =>
    client.onConnectionCommand(id, command),
  );
  feed.announce([home], null);
  client.start(home);
  feed.applyClientEvent({ type: 'connected', at: 1, endpoint: home, local, compares: true });
  feed.refresh();
  const echo = () => told.map((command) => ('echo' in command ? command.echo : command.type));
  return { client, connections, echo };
};

describe('whether an echo is due to the client', () => {
  it('our own server says by its discipline, for all and for the row of the client', () => {
    const { connections, echo } = connected();
    connections.run(null, { type: 'discipline', discipline: 'line' });
    connections.run(2, { type: 'discipline', discipline: 'none' });
    expect(echo()).toEqual(['due']);
    connections.run(1, { type: 'discipline', discipline: 'none' });
    connections.run(null, { type: 'discipline', discipline: 'chunk' });
    expect(echo()).toEqual(['due', 'none', 'mixed']);
  });

  it('is as the last choice for all says when it connects', () => {
    const { client, connections, echo } = connected();
    connections.run(null, { type: 'discipline', discipline: 'none' });
    client.connect({ transport: 'tcp', host: '127.0.0.1', port: 8080 });
    expect(echo()).toEqual(['due', 'none', 'none']);
  });

  it('bytes by hand come among the echoes', () => {
    const { connections, echo } = connected();
    connections.run(2, { type: 'write', bytes: Buffer.from('hi') });
    expect(echo()).toEqual(['due']);
    connections.run(1, { type: 'write', bytes: Buffer.from('hi') });
    connections.run(null, { type: 'write', bytes: Buffer.from('hi') });
    expect(echo()).toEqual(['due', 'mixed']);
  });

  it('is unknown of any other server, whatever ours does', () => {
    const { client, connections, echo } = connected();
    for (const [host, port] of [
      ['10.0.0.9', 8080],
      ['127.0.0.1', 25],
    ] as const)
      client.connect({ transport: 'tcp', host, port });
    connections.run(null, { type: 'discipline', discipline: 'none' });
    expect(echo()).toEqual(['due', 'unknown', 'unknown']);
  });
});
