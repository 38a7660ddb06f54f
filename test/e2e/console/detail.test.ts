import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, openClient } from '../../support/net/client.ts';
import { netcat } from '../../support/net/netcat.ts';
import { requireProgram } from '../../support/program.ts';
import { type Console, startConsole } from '../program.ts';

const connect = async (port: number): Promise<Client> => {
  const client = await openClient(port);
  onTestFinished(() => client.destroy());
  return client;
};

/** Goes to the list once the newest peer, which is selected without a key, is there. */
const toList = async (console: Console, id: number) => {
  await console.until(`─ Payload #${id} ─`);
  await console.press('escape');
  await console.until('┤ Connections ├');
};

const open = async (size: { readonly columns: number; readonly rows: number }) => {
  const console = await startConsole(size);
  const client = await connect(console.port);
  await toList(console, 2);
  return { console, client };
};

describe('the selected connection', () => {
  it('is the newest peer, and what it says is on the screen without a key', async () => {
    const console = await startConsole({ columns: 120, rows: 34 });
    await console.until('nc 127.0.0.1 ');
    const client = await connect(console.port);
    await console.until('─ Payload #2 ─');
    await client.write('first');
    await console.until(/──→ recv 5 B/u);
    await client.write('hello');
    await console.until(/→ hello/u);
    await console.until(/← hello/u);
    expect(console.text()).toContain('› type a message');
    client.end();
    await console.until(/2 reads, 10 B; the peer/u);
    expect(console.text()).toMatch(/→ hello/u);
  });

  it('shows its calls, its payload as text and as hex, and its verdict', async () => {
    const { console, client } = await open({ columns: 120, rows: 40 });
    await client.write('안녕 \x1b[2J');
    await console.until(/→ 안녕 \\x1B\[2J/u);
    await console.until(/← 안녕 \\x1B\[2J/u);
    await console.until(/──→ recv 11 B/u);
    await console.until(/←── send 11 B/u);
    await console.type('t');
    await console.until(/00000000 {2}ec 95 88 eb 85 95 20 1b {2}5b 32 4a/u);
    client.end();
    await console.until(/FIN ──→ FIN received/u);
    await console.until(/1 read, 11 B; the peer/u);
  });

  it('shows both ends of our own connection: what one sends the other receives', async () => {
    const console = await startConsole({ columns: 160, rows: 50 });
    await console.type('hello');
    await console.press('enter');
    await console.until(/ ← hello /u);
    await console.until(/connect ──→/u);
    await console.until(/send 5 B ──→/u);
    await console.until(/──→ recv 5 B/u);
    await console.until(/recv 5 B ←──/u);
  });

  it('is reset by its key, and shows the result', async () => {
    const { console, client } = await open({ columns: 80, rows: 24 });
    await console.type('X');
    await console.until(/X again resets #2/u);
    await console.type('X');
    expect(await client.ended).toBe('RST');
    await console.until(/reset by us, after/u);
    await console.press('right');
    await console.until(/←── RST sent/u);
  });
});

describe('keys of the selected connection', () => {
  it('w and W send bytes of our own, which the payload shows', async () => {
    const { console, client } = await open({ columns: 80, rows: 24 });
    await console.press('enter');
    await console.until('┤ Payload #2 ├');
    const other = await connect(console.port);
    await console.type('w');
    await console.until('send to #2: ');
    await console.type('to you 안녕\\n');
    await console.press('enter');
    await client.receive('to you 안녕\n');
    await console.until(/← to you 안녕\\n/u);
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
    expect(console.text()).toContain('┤ Payload #2 ├');
  });

  it('c copies a command that plays its peer again', async () => {
    const { console } = await open({ columns: 60, rows: 20 });
    await console.type('c');
    await console.until('─ Play #2 again ─');
    const sequence = `\x1b]52;c;${Buffer.from(`nc 127.0.0.1 ${console.port}`).toString('base64')}\x07`;
    expect(console.raw().split(sequence)).toHaveLength(2);
    await console.press('escape');
    await console.until('┤ Connections ├');
  });

  it.each([
    { columns: 80, rows: 24 },
    { columns: 120, rows: 34 },
  ])('the arrows climb a ladder that is higher than its pane, at $columns by $rows', async (size) => {
    const { console, client } = await open(size);
    for (const word of 'one two three four five six seven eight'.split(' ')) {
      await client.write(word);
      await client.receive(word);
    }
    // Payload and calls are of one picture: with the last of one all of the other is there.
    await console.until(/← eight/u);
    await console.press('enter');
    await console.until('┤ Payload #2 ├');
    await console.press(size.columns < 100 ? 'right' : 'tab');
    await console.until('┤ Stages #2 ├');
    await console.until(/⋮ \d+ more/u);
    await console.press('home');
    await console.until(/rungs 1-\d+ of 17/u);
    await console.until('SYN accepted');
    await console.press('down');
    await console.until(/rungs 2-\d+ of 17/u);
    await console.press('pagedown', 'pagedown', 'pagedown');
    await console.until(/rungs \d+-17 of 17/u);
    expect(console.text()).toContain('←── send 5 B');
    await console.press('up');
    await console.until(/rungs \d+-16 of 17/u);
    await console.press('end');
    await console.until(/⋮ \d+ more/u);
  });

  it('n and N go to the next connection of the list and back', async () => {
    const { console } = await open({ columns: 120, rows: 30 });
    await console.press('enter');
    await console.until('┤ Payload #2 ├');
    await console.type('n');
    await console.until('┤ Payload #1 ├');
    await console.type('n');
    await console.until('nothing is below');
    await console.type('N');
    await console.until('┤ Payload #2 ├');
  });

  it('z gives its payload the whole window, and back', async () => {
    const { console } = await open({ columns: 80, rows: 24 });
    await console.press('enter');
    await console.until('┤ Payload #2 ├');
    await console.type('z');
    await console.until(/\[Payload\].*\n╭┤ Payload #2 ├/u);
    expect(console.text()).not.toContain('Client →');
    await console.type('q');
    await console.until('Client →');
  });

  it(': finds what can be done by typing, and does it', async () => {
    const { console } = await open({ columns: 80, rows: 24 });
    await console.type(':freeze');
    await console.until(/│ : freeze .*\n.*\n│▸ Lets the list stand still/u);
    await console.press('enter');
    await console.until(/^ frozen at/u);
  });

  it('q asks once while a peer from outside is connected', async () => {
    const { console } = await open({ columns: 80, rows: 24 });
    await console.type('q');
    await console.until('1 peer from outside is connected: q again quits, any other key stays');
    await console.type('j');
    await console.until(/ ↑↓ select /u);
    await console.type('q');
    await console.until('q again quits');
    await console.type('q');
    expect(await console.exited).toEqual({ status: 0, signal: null });
  });
});

describe('the help', () => {
  it('begins with the keys of the pane one comes from', async () => {
    const console = await startConsole({ columns: 60, rows: 20 });
    const begins = async (heading: string) => {
      await console.type('?');
      await console.until(new RegExp(`─ Help ─.*\\n.*\\n.*\\n│ ${heading} +│`, 'u'));
      await console.press('escape');
      await console.until((grid) => !grid.join('').includes('─ Help ─'));
    };
    await console.press('escape');
    await console.until('┤ Connections ├');
    await begins('List');
    await console.press('enter');
    await console.until('┤ Payload #1 ├');
    await begins('Payload and stages of the selected connection');
    await console.press('tab');
    await console.until('┤ Client ');
    await begins('Panes beside the list');
  });
});

describe.runIf(requireProgram('nc'))('the payload of nc', () => {
  it('has its ladder and its verdict beside it', async () => {
    const console = await startConsole({ columns: 120, rows: 30 });
    const client = netcat(['-N', '127.0.0.1', String(console.port)]);
    onTestFinished(() => client.kill());
    await console.until('─ Payload #2 ─');
    client.write('first\n');
    await console.until(/──→ recv 6 B/u);
    client.write('from nc\n');
    await console.until(/→ from nc\\n/u);
    client.end();
    await console.until(/2 reads, 14 B; the peer/u);
    await console.until(/FIN ──→ FIN received/u);
  });
});
