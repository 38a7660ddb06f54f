import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, openClient } from '../../support/net/client.ts';
import { type Netcat, netcat } from '../../support/net/netcat.ts';
import { requireProgram } from '../../support/program.ts';
import { type Console, isRow, rowOf, shownPorts, startConsole } from '../program.ts';

const connect = async (port: number, host?: string): Promise<Client> => {
  const client = await openClient(port, host);
  onTestFinished(() => client.destroy());
  return client;
};

/** Waits until the row of a peer says something. */
const shows = (console: Console, peer: string, what: RegExp) =>
  console.until((grid) => what.test(rowOf(grid, peer) ?? ''));

const selectedRow = (grid: readonly string[]) => grid.filter(isRow).findIndex((line) => line.startsWith('│▸'));

/** Does something that moves the selection to a row, counted from the top. */
const moves = async (console: Console, row: number, move: () => Promise<void>) => {
  await move();
  await console.until((grid) => selectedRow(grid) === row);
};

/** Goes to the list, and to its first row. */
const goToList = async (console: Console) => {
  await console.press('escape');
  await console.until('┤ Connections ├');
  await moves(console, 0, () => console.press('home'));
};

describe('a client from outside', () => {
  it('appears although it sends nothing', async () => {
    const console = await startConsole();
    const client = await connect(console.port);
    await shows(console, client.local, / ESTABLISHED /u);
    await console.until(/ 2 open /u);
  });

  it('appears whichever of several threads has it, in the order of its coming', async () => {
    const console = await startConsole({ args: [':0', '--threads', '3'], columns: 120, rows: 40 });
    const clients: Client[] = [];
    while (clients.length < 8) {
      const client = await connect(console.port);
      await client.write('x'.repeat(100 + clients.length));
      clients.push(client);
      await shows(console, client.local, / ESTABLISHED /u);
    }
    await console.until(/ 9 open · 9 served /u);
    for (const [n, client] of clients.entries()) {
      await shows(console, client.local, new RegExp(` ${100 + n} B +${100 + n} B `, 'u'));
      expect(rowOf(console.grid(), client.local)).toMatch(new RegExp(`^│[▸ ][!‖x ] *${n + 2} `, 'u'));
    }
  });

  it('is counted while it sends, to the byte', async () => {
    const console = await startConsole();
    const client = await connect(console.port);
    await client.write('x'.repeat(700));
    await shows(console, client.local, / 700 B +700 B /u);

    await client.write('x'.repeat(1_234_567 - 700));
    await client.receive(1_234_567);
    await goToList(console);
    const row = console
      .grid()
      .filter(isRow)
      .findIndex((line) => line.includes(` ${client.local} `));
    for (let next = 1; next <= row; next++) await moves(console, next, () => console.press('down'));
    await console.until(/in +1,234,567 B/u);
    await console.until(/out +1,234,567 B/u);
    await console.until(/owed 0 B/u);
    expect(console.text()).toMatch(/─ Payload #2 ─/u);
  });

  it('goes below the open ones when it is gone, set back, with how it ended', async () => {
    const console = await startConsole();
    const [ending, breaking, staying] = [
      await connect(console.port),
      await connect(console.port),
      await connect(console.port),
    ];
    await shows(console, staying.local, / ESTABLISHED /u);
    ending.end();
    await shows(console, ending.local, / fin /u);
    breaking.reset();
    await shows(console, breaking.local, / reset/u);

    const grid = console.grid();
    expect(grid.filter(isRow).map((line) => / (ESTABLISHED|fin|reset) /u.exec(line)?.[1])).toEqual([
      'ESTABLISHED',
      'ESTABLISHED',
      'reset',
      'fin',
    ]);
    const inkOf = (peer: string) => {
      const row = grid.findIndex((line) => isRow(line) && line.includes(` ${peer} `));
      return console.cells()[row]?.[(grid[row] ?? '').indexOf(peer)]?.foreground;
    };
    // What was cut off stands out from what ended well, and both from what is open.
    const inks = [ending, breaking, staying].map(({ local }) => inkOf(local));
    expect(new Set(inks).size).toBe(3);
    await console.until(/ 2 open · 4 served/u);
  });

  it('is picked with the arrows, and with j and k', async () => {
    const console = await startConsole();
    const clients = [await connect(console.port), await connect(console.port)];
    for (const { local } of clients) await shows(console, local, / ESTABLISHED /u);
    await goToList(console);
    await moves(console, 1, () => console.press('down'));
    await moves(console, 2, () => console.type('j'));
    await moves(console, 1, () => console.type('k'));
    await moves(console, 0, () => console.press('up'));
  });

  it('reaches every endpoint, of either family', async () => {
    const console = await startConsole({ args: [':0', '[::1]:0', ':0'], columns: 160, rows: 30 });
    const [first = 0, second = 0, third = 0] = shownPorts(console);
    expect(console.grid()[0]).toContain(`tcp://127.0.0.1:${first} tcp://[::1]:${second} tcp://127.0.0.1:${third} `);
    for (const [port, host] of [
      [first, '127.0.0.1'],
      [second, '::1'],
      [third, '127.0.0.1'],
    ] as const) {
      const client = await connect(port, host);
      await client.write('hello');
      await client.receive('hello');
      const peer = host === '::1' ? client.local.replace('::1', '[::1]') : client.local;
      await shows(console, peer, / ESTABLISHED .* 5 B +5 B /u);
    }
  });

  it('is the console itself on an endpoint of IPv6', async () => {
    const console = await startConsole({ args: ['[::1]:0'] });
    await console.type('hello');
    await console.press('enter');
    await console.until(/ ← hello /u);
    expect(console.grid()[0]).toContain(`tcp://[::1]:${console.port}`);
  });
});

describe.runIf(requireProgram('nc'))('nc', () => {
  const nc = (console: Console, ...options: string[]): Netcat => {
    const client = netcat([...options, '127.0.0.1', String(console.port)]);
    onTestFinished(() => client.kill());
    return client;
  };
  /** The one row that is not our own. */
  const shown = (console: Console, what: RegExp) =>
    console.until((grid) => grid.some((line) => isRow(line) && !/ you\b/u.test(line) && what.test(line)));

  it('gets its bytes back and shows up, then as closed', async () => {
    const console = await startConsole();
    const client = nc(console);
    client.write('from nc\n');
    await client.receive('from nc\n');
    await shown(console, / ESTABLISHED .* 8 B +8 B /u);
    client.kill();
    await shown(console, / fin .* 8 B +8 B /u);
  });

  it('-N half-closes, and still gets everything before our FIN', async () => {
    const console = await startConsole();
    const client = nc(console, '-N');
    client.end('all of it\n');
    expect(await client.exited).toEqual({ status: 0, signal: null });
    expect(client.received().toString()).toBe('all of it\n');
    await shown(console, / fin .* 10 B +10 B /u);
  });
});
