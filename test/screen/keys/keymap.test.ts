import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../src/screen/keys/actions.ts';
import { footerHints } from '../../../src/screen/keys/hints.ts';
import { actionOfCharacter, actionOfKey, groupsOf, keymap } from '../../../src/screen/keys/keymap.ts';
import { commandsLine, helpLength, helpLines } from '../../../src/screen/panes/help.tsx';
import { cellWidth } from '../../../src/text/width.ts';

const modes: readonly Mode[] = ['input', 'client', 'connections', 'counters', 'detail', 'help'];
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
    expect(footerHints(mode, 40, true)[0]).toEqual({ shown: 'Ctrl-R', effect: 'restart' });
    expect(footerHints(mode, 200, true)).not.toContainEqual({ shown: 'Ctrl-R', effect: 'reconnect' });
  });

  it('has no character keys where characters are text', () => {
    for (const character of 'qri?jkgG') expect(actionOfCharacter(character, 'input')).toBeNull();
  });

  it('names every effect in the help', () => {
    const effects = new Set(keymap.flatMap((group) => group.bindings.map((binding) => binding.effect)));
    const said = new Set(helpLines('client').map((line) => (line.type === 'hint' ? line.effect : '')));
    for (const effect of effects) expect(said).toContain(effect);
  });

  it.each(modes)('stands first in the help with what works in %s', (mode) => {
    const lines = helpLines(mode);
    const headings = lines.flatMap((line) => (line.type === 'heading' ? line.text : []));
    const here = keymap.filter((group) => group.modes.includes(mode)).map(({ title }) => title);
    expect(headings.slice(0, here.length)).toEqual(here);
    expect(headings).toHaveLength(keymap.length + 2);
    expect(lines[commandsLine]).toMatchObject({ type: 'heading', text: expect.stringContaining('Commands') });
    expect(lines).toHaveLength(helpLength);
  });
});

describe('footer', () => {
  it.each([
    ['input', 'Enter send  Esc list  ↑↓ history  Tab next pane  Ctrl-R reconnect  Ctrl-C quit'],
    ['client', 'Enter type  Esc list  ↑↓ scroll  Tab next pane  r reconnect  Space freeze  ? help  q quit'],
    [
      'connections',
      'Enter detail  ↑↓ select  / filter  s sort  Tab next pane  c copy  w send to it  i type  r reconnect  e echo  p pause  h half-close  x close  X reset  Space freeze  ? help  q quit',
    ],
    [
      'counters',
      'Enter detail  Esc list  ↑↓ select  / filter  s sort  Tab next pane  c copy  w send to it  i type  r reconnect  e echo  p pause  h half-close  x close  X reset  Space freeze  ? help  q quit',
    ],
    [
      'detail',
      'Esc list  t text or hex  ↑↓ scroll  Tab next pane  c copy  w send to it  i type  r reconnect  e echo  p pause  h half-close  x close  X reset  ? help  q quit',
    ],
    ['help', '↑↓ scroll  Esc close help  Ctrl-R reconnect  Ctrl-C quit'],
  ] as const)('names the keys of %s', (mode, hints) => {
    expect(footerOf(mode, 200)).toBe(hints);
  });

  it('is cut at whole hints, and says how to leave as long as that fits', () => {
    expect(footerOf('connections', 39)).toBe('Enter detail  ↑↓ select  ? help  q quit');
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
