/**
 * An engine and one peer, in a network of their own that a test breaks: run inside it by life.test.ts. Says the port once
 * a word went back and forth; at a line of input sends to the peer, and then tells how the connection ended.
 */
import { once } from 'node:events';
import { ladderOf } from '../../src/model/ladder.ts';
import { verdictOf } from '../../src/model/verdict.ts';
import { openClient } from '../support/net/client.ts';
import { startWire } from '../support/net/wire.ts';

await using wire = await startWire();
const client = await openClient(wire.port);
await client.write('hello');
await client.receive('hello');
console.log(wire.port);
await once(process.stdin, 'data');
const { id } = await wire.row(() => true, 'is there');
wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('are you there?') });
const row = await wire.row(({ how }) => how !== null, 'is closed');
const life = wire.calls(row);
const ladder = life === null ? [] : ladderOf(row, life).map(({ by, step }) => `${by} ${step}`);
console.log(JSON.stringify({ how: row.how, error: row.error, verdict: verdictOf(row), ladder }));
client.destroy();
process.stdin.destroy();
