import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, openClient } from '../../support/net/client.ts';
import { openTerminal } from '../../support/terminal/pty.ts';
import { builtProgram, type Console, isRow, openConsole, rowOf, startConsole } from '../program.ts';

const connect = async (port: number): Promise<Client> => {
  const client = await openClient(port);
  onTestFinished(() => client.destroy());
  return client;
};

/** A console whose list has the keys, our own connection first, and two more. */
const startList = async (options: Parameters<typeof startConsole>[0] = {}) => {
  const console = await startConsole(options);
  const [small, large] = [await connect(console.port), await connect(console.port)];
  await small.write('x'.repeat(10));
  await large.write('x'.repeat(2000));
  await console.until((grid) => / 2 kB +2 kB /u.test(rowOf(grid, large.local) ?? ''));
  await console.until((grid) => / 10 B +10 B /u.test(rowOf(grid, small.local) ?? ''));
  await console.press('escape');
  await console.until('┤ Connections ├');
  return { console, small, large };
};

const rowCount = (console: Console) => console.grid().filter(isRow).length;
const firstRow = (grid: readonly string[]) => grid.find(isRow) ?? '';

describe('the list', () => {
  it('filters with /, keeps what Enter keeps, and clears it with Esc', async () => {
    const { console, large } = await startList();
    await console.type('/in:>1kB');
    await console.until('Connections 1 of 3 /in:>1kB');
    expect(firstRow(console.grid())).toContain(large.local);
    await console.press('enter');
    await console.until(/Enter its payload/u);
    expect(rowCount(console)).toBe(1);
    await console.press('escape');
    await console.until('┤ Connections ├');
    expect(rowCount(console)).toBe(3);
  });

  it('shows at once what is wrong with a term, and keeps the last good filter', async () => {
    const { console } = await startList();
    await console.type('/rate:>=0');
    await console.until('Connections 3 of 3 /rate:>=0');
    await console.type('fast');
    await console.until('! rate: cannot be compared with "0fast"; write it as rate:>0');
    await console.until('Connections 3 of 3 /rate:>=0 ');
  });

  it('sorts with s, and the other way round with S', async () => {
    const { console, large } = await startList();
    await console.type('sssss');
    await console.until((grid) => / in▼ /u.test(grid[2] ?? '') && firstRow(grid).includes(large.local));
    await console.type('S');
    await console.until((grid) => / in▲ /u.test(grid[2] ?? '') && / you /u.test(firstRow(grid)));
  });

  it('stands still with Space while the wire goes on', async () => {
    const { console, small } = await startList();
    await console.type(' ');
    await console.until(/^ frozen at \d\d:\d\d:\d\d /u);
    await small.write('y'.repeat(90));
    await small.receive(100);
    await console.press('home');
    await console.until((grid) => firstRow(grid).startsWith('│▸'));
    expect(rowOf(console.grid(), small.local)).toMatch(/ 10 B +10 B /u);
    await console.type(' ');
    await console.until((grid) => / 100 B +100 B /u.test(rowOf(grid, small.local) ?? ''));
    expect(console.text()).not.toContain('frozen');
  });

  it('sends bytes of our own with w and W', async () => {
    const { console, small, large } = await startList();
    await console.press('home');
    await console.until((grid) => firstRow(grid).startsWith('│▸'));
    await console.type('w');
    await console.until(/send to #\d: /u);
    await console.type('to you');
    await console.press('enter');
    await large.receive(`${'x'.repeat(2000)}to you`);
    await console.until(/ · 6 B to #3: to you /u);
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('send to #'));
    await console.type('W');
    await console.until('send to all: ');
    await console.type('all');
    await console.press('enter');
    await small.receive(`${'x'.repeat(10)}all`);
    await console.until(/ · 3 B to all 3 open connections: all /u);
  });

  it('copies a command with c, which is also there to be selected', async () => {
    const { console } = await startList({ columns: 100 });
    // The one that has said ten bytes.
    await console.type('/in:>0 in:<1kB');
    await console.until('Connections 1 of 3 ');
    await console.press('enter');
    await console.type('c');
    await console.until(/─ Play #\d again ─/u);
    const said = "printf 'xxxxxxxxxx' | ";
    const command = `${said}nc 127.0.0.1 ${console.port}`;
    await console.until(`nc          ${command} `);
    const sequence = `\x1b]52;c;${Buffer.from(command).toString('base64')}\x07`;
    expect(console.raw().split(sequence)).toHaveLength(2);
    await console.press('down', 'enter');
    await console.until('ncat is on the clipboard');
    const other = Buffer.from(`${said}ncat --no-shutdown 127.0.0.1 ${console.port}`).toString('base64');
    expect(console.raw()).toContain(`\x1b]52;c;${other}\x07`);
    await console.press('escape');
    await console.until('┤ Connections 1 of 3 ');
  });
});

describe('looks', () => {
  it('leave the mouse to the terminal', async () => {
    const { console } = await startList();
    expect(console.modes().mouse).toBe(false);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
    expect(console.raw()).not.toMatch(/\x1b\[\?(?:9|100\d|1015|1016)h/u);
  });

  it('are ASCII where the locale has no UTF-8', async () => {
    const console = openConsole({ env: { LC_ALL: 'C' } });
    await console.until(/ online -\+/u);
    await console.type('안녕 👋');
    await console.press('enter');
    await console.until(/ <- \?\?\?\? \?\? /u);
    await console.press('escape');
    await console.until('+| Connections |-');
    await console.type('?');
    await console.until('+- Help -');
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('- Help -'));
    await console.press('enter');
    await console.until('+| Payload #1 |-');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it looks for
    expect(console.raw()).toMatch(/^[\x00-\x7f]*$/u);
  });

  it('have no colour where none is wanted, and still show everything', async () => {
    const { console } = await startList({ env: { NO_COLOR: '1', COLORTERM: 'truecolor' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
    expect(console.raw()).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)[;m]/u);
    expect(console.text()).toMatch(/│▸ +3 /u);
  });

  it('are refused by a terminal that cannot move its cursor', async () => {
    const terminal = openTerminal({
      command: process.execPath,
      args: [builtProgram(), ':0'],
      env: { TERM: 'dumb' },
    });
    onTestFinished(() => terminal.close());
    expect(await terminal.exited).toEqual({ status: 2, signal: null });
    expect(terminal.raw()).toBe(
      'echoscope: the console cannot draw on this terminal (TERM=dumb); use `echoscope serve`\r\n',
    );
  });
});
