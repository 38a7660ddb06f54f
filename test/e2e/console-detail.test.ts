import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, openClient } from '../support/client.ts';
import { netcat } from '../support/netcat.ts';
import { requireProgram } from '../support/program.ts';
import { type Console, isRow, startConsole } from './program.ts';

const connect = async (port: number): Promise<Client> => {
  const client = await openClient(port);
  onTestFinished(() => client.destroy());
  return client;
};

/** Opens the detail of the newest open connection, which is the first of the list. */
const openNewest = async (console: Console, id: number) => {
  await console.until((grid) => grid.some((line) => isRow(line) && new RegExp(`^│[▸ ]. *${id} `, 'u').test(line)));
  await console.press('escape');
  await console.until('┤ Connections ├');
  await console.press('home');
  await console.until(new RegExp(`^│▸. *${id} `, 'mu'));
  await console.press('enter');
  await console.until(`┤ Life of #${id} ├`);
};

describe('the detail of a connection', () => {
  it('shows its calls, its payload as text and as hex, and its verdict', async () => {
    const console = await startConsole({ columns: 120, rows: 40 });
    const client = await connect(console.port);
    await client.write('before');
    await client.receive('before');
    await openNewest(console, 2);
    await console.until(/⋮ 6 B received and 6 B sent, not shown/u);
    await client.write('안녕 \x1b[2J');
    await console.until(/→ 안녕 \\x1B\[2J/u);
    await console.until(/← 안녕 \\x1B\[2J/u);
    await console.until(/──→ recv 11 B/u);
    await console.until(/←── send 11 B/u);
    await console.type('t');
    await console.until(/00000006 {2}ec 95 88 eb 85 95 20 1b/u);
    client.end();
    await console.until(/FIN ──→ FIN received \(CLOSE_WAIT\)/u);
    await console.until(/2 reads, 17 B; half-closed first; all 17 B echoed; closed/u);
    await console.press('escape');
    await console.until('┤ Connections ├');
  });

  it('shows both ends of our own connection: what one sends the other receives', async () => {
    const console = await startConsole({ columns: 160, rows: 50 });
    await console.type('hello');
    await console.press('enter');
    await console.until(/ ← hello /u);
    await openNewest(console, 1);
    await console.until(/connect ──→/u);
    await console.until(/send 5 B ──→/u);
    await console.until(/──→ recv 5 B/u);
    await console.until(/recv 5 B ←──/u);
  });

  it('acts on it, and tells what came of that', async () => {
    const console = await startConsole({ columns: 80, rows: 24 });
    const client = await connect(console.port);
    await openNewest(console, 2);
    await console.type('X');
    await console.until(/X again resets #2/u);
    await console.type('X');
    expect(await client.ended).toBe('RST');
    await console.until(/reset by us, after/u);
    await console.until(/←── RST sent/u);
  });
});

describe.runIf(requireProgram('nc'))('the detail of nc', () => {
  it('has its ladder, its payload and its verdict', async () => {
    const console = await startConsole({ columns: 120, rows: 30 });
    const client = netcat(['-N', '127.0.0.1', String(console.port)]);
    onTestFinished(() => client.kill());
    await openNewest(console, 2);
    client.write('from nc\n');
    await console.until(/→ from nc\\n/u);
    await console.until(/──→ recv 8 B/u);
    client.end();
    await console.until(/1 read, 8 B; half-closed first; all 8 B echoed; closed/u);
    await console.until(/FIN ──→ FIN received/u);
  });
});
