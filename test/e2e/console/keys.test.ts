import { describe, expect, it } from 'vitest';
import { type Console, isRow, startConsole } from '../program.ts';

const footer = (console: Console) => console.grid().at(-1) ?? '';
const focused = (pane: string) => `┤ ${pane}`;

describe('keys', () => {
  it('Tab goes round the panes, and Shift-Tab back', async () => {
    const console = await startConsole();
    for (const pane of ['Connections', 'Payload #1', 'Client']) {
      await console.press('tab');
      await console.until(focused(pane));
    }
    for (const pane of ['Payload #1', 'Connections', 'Client']) {
      await console.press('shift-tab');
      await console.until(focused(pane));
    }
    await console.type('back in the prompt');
    await console.until('› back in the prompt');
  });

  it('Esc leaves the prompt, Enter and Esc go to the payload and back', async () => {
    const console = await startConsole();
    await console.press('escape');
    await console.until(focused('Connections'));
    await console.press('enter');
    await console.until(focused('Payload #1'));
    await console.press('escape');
    await console.until(focused('Connections'));
    await expect.poll(() => console.cursor().visible).toBe(false);
  });

  it('the footer names the keys that work now', async () => {
    const console = await startConsole();
    expect(footer(console)).toMatch(/Enter send .*Ctrl-C quit/u);
    expect(footer(console)).not.toContain('q quit');
    await console.press('escape');
    await console.until(/↑↓ select .*q quit .*\? help/u);
    await console.type('?');
    await console.until(/Esc close .*Ctrl-C quit/u);
  });

  it('? opens the help, and Esc closes it', async () => {
    const console = await startConsole();
    await console.press('escape');
    await console.until(focused('Connections'));
    await console.type('?');
    await console.until('─ Help ─');
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('─ Help ─'));
    expect(console.text()).toContain(focused('Connections'));
  });

  it('q and ? are text in the prompt, and q quits outside of it', async () => {
    const console = await startConsole();
    await console.type('q?');
    await console.until('› q?');
    await console.press('enter');
    await console.until(/ ← q\? /u);
    await console.press('escape');
    await console.until(focused('Connections'));
    await console.type('q');
    expect(await console.exited).toEqual({ status: 0, signal: null });
  });

  it('Ctrl-R connects anew: a second row of our own, and the first ended by FIN', async () => {
    const console = await startConsole();
    const ownPort = () => {
      const row = console.grid().find((line) => isRow(line) && / you\b.* ESTABLISHED /u.test(line));
      return /:(\d+)/u.exec(row ?? '')?.[1];
    };
    await console.until(() => ownPort() !== undefined);
    const first = ownPort();
    await console.type('draft');
    await console.press('ctrl-r');
    await console.until(new RegExp(`:${first}( you)? +fin `, 'u'));
    await console.until(() => ownPort() !== undefined && ownPort() !== first);
    await console.until('› draft');
    await console.press('enter');
    await console.until(/ ← draft /u);
  });
});
