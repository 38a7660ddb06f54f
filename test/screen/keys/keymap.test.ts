import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../src/screen/keys/actions.ts';
import { entriesOf } from '../../../src/screen/keys/entries.ts';
import { footerHints } from '../../../src/screen/keys/hints.ts';
import { actionOfCharacter, actionOfKey, groupsOf, keymap } from '../../../src/screen/keys/keymap.ts';
import { helpLines } from '../../../src/screen/panes/finder.tsx';
import { cellWidth } from '../../../src/text/width.ts';

const panes = ['connections', 'payload', 'stages', 'client'] as const;
const modes: readonly Mode[] = [...panes, 'input', 'filter', 'write', 'replay', 'help', 'palette'];
const footerOf = (mode: Mode, cells: number) =>
  footerHints(mode, cells)
    .map(({ shown, effect }) => `${shown} ${effect}`)
    .join('  ');

describe('keymap', () => {
  it.each(modes)('gives no key two meanings in %s', (mode) => {
    const bindings = groupsOf(mode).flatMap((group) => group.bindings);
    const keys = bindings.flatMap((binding) => [...(binding.keys ?? []), ...(binding.characters ?? '')]);
    expect(keys).toHaveLength(new Set(keys).size);
  });

  it.each(modes)('quits at Ctrl-C and reconnects at Ctrl-R in %s', (mode) => {
    expect(actionOfKey('ctrl-c', mode)).toEqual({ type: 'request', request: { type: 'quit' } });
    expect(actionOfKey('ctrl-r', mode)).toEqual({ type: 'request', request: { type: 'reconnect' } });
  });

  it.each(modes)('restarts at Ctrl-R in %s once the wire has failed, and the footer begins with it', (mode) => {
    expect(actionOfKey('ctrl-r', mode, true)).toEqual({ type: 'request', request: { type: 'restart' } });
    expect(footerHints(mode, 40, true)[0]).toMatchObject({ shown: 'Ctrl-R', effect: 'restart' });
    expect(footerHints(mode, 200, true)).not.toContainEqual(
      expect.objectContaining({ shown: 'Ctrl-R', effect: 'reconnect' }),
    );
  });

  it('has no character keys where characters are text', () => {
    for (const character of 'qri?jkgG') expect(actionOfCharacter(character, 'input')).toBeNull();
  });

  it('says in the help what every key does, in a sentence of its own', () => {
    const help = helpLines('client', '', 200)
      .flat()
      .map(({ text }) => text);
    for (const { shown, says } of keymap.flatMap(({ bindings }) => bindings)) {
      expect(says, shown).toMatch(/^\S+ .*\.$/u);
      expect(help.some((line) => line.includes(says))).toBe(true);
    }
  });

  it.each(modes)('stands first in the help with what works in %s', (mode) => {
    const headings = helpLines(mode, '', 100).map(([first]) => first?.text.trim());
    const here = keymap.filter((group) => group.modes.includes(mode)).map(({ title }) => title);
    const first = mode === 'input' ? headings.slice(1) : headings;
    expect(first.slice(0, here.length)).toEqual(here);
    expect(headings).toHaveLength(keymap.length + 2);
  });

  it('finds in the help what is typed', () => {
    const foundBy = (query: string) =>
      helpLines('connections', query, 100)
        .flat()
        .map(({ text }) => text);
    expect(foundBy('rst').join('\n')).toContain('Resets it (RST) at the second press.');
    expect(foundBy('hex').join('\n')).toContain('Shows payload as text, or as a hex dump.');
    expect(foundBy('rst').length).toBeLessThan(20);
    expect(foundBy('qqqqzz')).toEqual([]);
  });
});

describe('palette', () => {
  it.each([
    ['reset', 'X'],
    ['half close', 'h'],
    ['zoom', 'z'],
    ['freeze', 'Space'],
    ['send to all', 'W'],
    ['hex', 't'],
    ['connect', '/connect [ENDPOINT]'],
    ['quit', 'q'],
  ])('finds %s', (query, shown) => {
    const found = entriesOf('connections', query, false).map((entry) => entry.shown);
    expect(found.slice(0, 3)).toContain(shown);
  });

  it('has all that can be done in a pane, and every command', () => {
    for (const mode of panes) {
      const entries = entriesOf(mode, '', false).map(({ shown }) => shown);
      expect(entries).toContain('/connect [ENDPOINT]');
      for (const { action, shown } of groupsOf(mode).flatMap(({ bindings }) => bindings))
        if (action.type === 'connection' || action.type === 'request' || action.type === 'list')
          expect(entries).toContain(shown);
    }
  });
});

describe('footer', () => {
  it.each([
    ['input', 'Enter send  Esc list  ↑↓ history  Tab next pane  Ctrl-R reconnect  Esc ? help  Ctrl-C quit'],
    [
      'client',
      'Enter type  ↑↓ scroll  z zoom  t text or hex  Space freeze  Tab next pane  Ctrl-R reconnect  Esc back  : do  ? help',
    ],
    ['help', '↑↓ move  Ctrl-R reconnect  Esc close  Ctrl-C quit'],
  ] as const)('names the keys of %s', (mode, hints) => {
    expect(footerOf(mode, 200)).toBe(hints);
  });

  it('tells in every mode how to get help, or is it', () => {
    for (const mode of modes)
      expect(footerOf(mode, 39)).toMatch(mode === 'help' || mode === 'palette' ? /Esc close/u : /\? help/u);
  });

  it('is cut at whole hints, and says how to leave as long as that fits', () => {
    expect(footerOf('connections', 39)).toBe('↑↓ select  q quit  : do  ? help');
    for (const mode of modes) {
      const whole = footerOf(mode, 200).split('  ');
      for (let cells = 12; cells < 90; cells += 1) {
        const cut = footerOf(mode, cells);
        expect(cellWidth(cut)).toBeLessThanOrEqual(cells);
        for (const hint of cut.split('  ')) expect(whole).toContain(hint);
      }
    }
  });
});
