import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, openClient } from '../../support/net/client.ts';
import { rowOf, startConsole } from '../program.ts';

/** A console with one outside client, whose row is selected. */
const startWithPeer = async () => {
  const console = await startConsole({ columns: 140, rows: 30 });
  const client: Client = await openClient(console.port);
  onTestFinished(() => client.destroy());
  await console.until((grid) => rowOf(grid, client.local) !== undefined);
  await console.press('escape');
  await console.until('┤ Connections ├');
  await console.press('home');
  await console.until((grid) => rowOf(grid, client.local)?.startsWith('│▸') ?? false);
  return { console, client };
};

describe('acting on the selected connection', () => {
  it('e changes its echo, and only its; E that of all', async () => {
    const { console, client } = await startWithPeer();
    await console.type('e');
    await console.until('echo line for #2');
    await client.write('half');
    await client.write(' a line\n');
    await client.receive('half a line\n');
    await console.until('echo chunk  ');
    await console.type('E');
    await console.until('echo line for all connections');
    await console.until((grid) => / {2}echo line {2}/u.test(grid[0] ?? ''));
  });

  it('e pressed quickly takes a step each time', async () => {
    const { console } = await startWithPeer();
    await console.burst('eee');
    await console.until('echo none for #2');
  });

  it('p stops reading from it, and p again goes on', async () => {
    const { console, client } = await startWithPeer();
    await console.type('p');
    await console.until((grid) => rowOf(grid, client.local)?.startsWith('│▸‖') ?? false);
    const sent = client.write('x'.repeat(8 << 20));
    await console.until('not reading (nor a FIN): paused');
    await console.type('p');
    await sent;
    await client.receive(8 << 20);
    await console.until(/ 8\.4 MB +8\.4 MB /u);
  });

  it('h asks, h again half-closes it: FIN, and it may go on sending', async () => {
    const { console, client } = await startWithPeer();
    await console.type('h');
    await console.until('h again half-closes #2');
    await console.type('h');
    expect(await client.ended).toBe('FIN');
    await console.until((grid) => rowOf(grid, client.local)?.includes('FIN_WAIT') ?? false);
    await client.write('still here');
    await console.until((grid) => / 10 B +0 B /u.test(rowOf(grid, client.local) ?? ''));
  });

  it('x asks, x again closes with FIN, any other key does not', async () => {
    const { console, client } = await startWithPeer();
    await console.type('x');
    await console.until('x again closes #2');
    await console.type('~');
    await console.until('~ does nothing here');
    await console.type('x');
    await console.until('x again closes #2');
    await console.type('x');
    expect(await client.ended).toBe('FIN');
    client.end();
    await console.until((grid) => / fin /u.test(rowOf(grid, client.local) ?? ''));
    await console.until('#2 closed by us');
  });

  it('X asks, X again resets with RST', async () => {
    const { console, client } = await startWithPeer();
    await console.type('X');
    await console.until('X again resets #2');
    await console.type('X');
    expect(await client.ended).toBe('RST');
    await console.until((grid) => / reset /u.test(rowOf(grid, client.local) ?? ''));
  });
});
