import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, openClient } from '../../support/net/client.ts';
import { netcat } from '../../support/net/netcat.ts';
import { requireProgram } from '../../support/program.ts';
import { type Console, isRow, startConsole } from '../program.ts';

const connect = async (port: number): Promise<Client> => {
  const client = await openClient(port);
  onTestFinished(() => client.destroy());
  return client;
};

/** Opens the detail of the newest open connection, which is the first of the list. */
const openNewest = async (console: Console, id: number) => {
  await console.press('escape');
  await console.until('┤ Connections ├');
  await console.until((grid) => grid.some((line) => isRow(line) && new RegExp(`^│[▸ ]. *${id} `, 'u').test(line)));
  await console.press('home');
  await console.until(new RegExp(`^│▸. *${id} `, 'mu'));
  await console.press('enter');
  await console.until(`─ Life of #${id} ─`);
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

  it('acts on it, and shows the result', async () => {
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

describe('keys of the detail', () => {
  const open = async (size: { readonly columns: number; readonly rows: number }) => {
    const console = await startConsole(size);
    const client = await connect(console.port);
    await openNewest(console, 2);
    return { console, client };
  };

  it('w and W send bytes of our own, which the ladder and the payload show', async () => {
    const { console, client } = await open({ columns: 80, rows: 24 });
    const other = await connect(console.port);
    await console.type('w');
    await console.until('send to #2: ');
    await console.type('to you 안녕\\n');
    await console.press('enter');
    await client.receive('to you 안녕\n');
    await console.until(/← to you 안녕\\n/u);
    await console.until(/←── send 14 B/u);
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('send to #'));
    await console.type('W');
    await console.until('send to all: ');
    await console.type('all');
    await console.press('enter');
    await other.receive('all');
    await console.until(/← all/u);
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('send to all'));
    await console.type('wx');
    await console.until('send to #2: x');
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('send to #2'));
    expect(console.text()).toContain('Life of #2');
  });

  it('c copies a command that plays its peer again', async () => {
    const { console } = await open({ columns: 60, rows: 20 });
    await console.type('c');
    await console.until('─ Play #2 again ─');
    const sequence = `\x1b]52;c;${Buffer.from(`nc 127.0.0.1 ${console.port}`).toString('base64')}\x07`;
    expect(console.raw().split(sequence)).toHaveLength(2);
    await console.press('escape');
    await console.until('Life of #2');
  });

  it.each([
    { columns: 80, rows: 24 },
    { columns: 60, rows: 20 },
  ])('Tab and the arrows climb a ladder that is higher than its pane, at $columns by $rows', async (size) => {
    const { console, client } = await open(size);
    for (const word of 'one two three four five six seven eight'.split(' ')) {
      await client.write(word);
      await client.receive(word);
    }
    // Payload and calls are of one picture: with the last of one all of the other is there.
    await console.until(/← eight/u);
    await console.until(/⋮ \d+ more/u);
    await console.press('shift-tab');
    await console.until('┤ Life of #2 ├');
    await console.press('home');
    await console.until(/rungs 1-\d+ of 17/u);
    await console.until('SYN accepted');
    await console.press('down');
    await console.until(/rungs 2-\d+ of 17/u);
    await console.press('pagedown', 'pagedown');
    await console.until(/rungs \d+-17 of 17/u);
    expect(console.text()).toContain('←── send 5 B');
    await console.press('up');
    await console.until(/rungs \d+-16 of 17/u);
    await console.press('end');
    await console.until(/⋮ \d+ more/u);
  });

  it('n and N go to the next connection of the list and back', async () => {
    const { console } = await open({ columns: 120, rows: 30 });
    await console.type('n');
    await console.until('─ Life of #1 ─');
    await console.type('n');
    await console.type('N');
    await console.until('─ Life of #2 ─');
  });
});

describe('the help', () => {
  it('begins with the keys of the pane one comes from', async () => {
    const console = await startConsole({ columns: 60, rows: 20 });
    const begins = async (heading: string) => {
      await console.type('?');
      await console.until(new RegExp(`─ Keys ─.*\\n.*│ ${heading} +│`, 'u'));
      await console.press('escape');
      await console.until((grid) => !grid.join('').includes('─ Keys ─'));
    };
    await console.press('escape');
    await console.until('[Connections]');
    await begins('Connections and counters: the detail');
    await console.press('enter');
    await console.until('[Detail #1]');
    await begins('Detail of a connection');
    await console.press('tab');
    await console.until('[Client]');
    await begins('Client');
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
