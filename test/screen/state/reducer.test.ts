import { describe, expect, it } from 'vitest';
import type { Press } from '../../../src/screen/keys/keys.ts';
import { transcriptPage } from '../../../src/screen/panes/transcript-lines.ts';
import { createStore } from '../../../src/screen/state/reducer.ts';
import { initialState, type KeyContext, modeOf, type State } from '../../../src/screen/state/state.ts';
import { sent } from '../fixture.ts';

const entries = Array.from({ length: 20 }, (_, index) => sent(index + 1, `message ${index + 1}`));
const scene: KeyContext = {
  ids: [9, 8, 7, 6, 5, 4, 3, 2, 1],
  preferred: 1,
  replays: [],
  client: 'online',
  failures: 0,
  failed: false,
  readOnly: false,
  busy: false,
  listRows: 4,
  transcript: transcriptPage(entries, 40, 5),
  payload: { entries: [], rows: 5, wrap: () => [] },
  ladder: { rungs: 12, rows: 5 },
  help: { lines: 30, rows: 10, commands: 20 },
};

const key = (name: Extract<Press, { type: 'key' }>['name']): Press => ({ type: 'key', name });
const text = (characters: string): Press => ({ type: 'text', text: characters });
const paste = (characters: string): Press => ({ type: 'paste', text: characters });

const bytes = (message: string) => new TextEncoder().encode(message);

/** What a person reaches with these presses from the start. */
const after = (...presses: readonly Press[]) => {
  const store = createStore();
  const requests = store.press(presses, scene);
  return { state: store.state(), requests };
};
const stateAfter = (...presses: readonly Press[]): State => after(...presses).state;

describe('typing', () => {
  it('begins in the prompt', () => {
    expect(modeOf(initialState)).toBe('input');
  });

  it('sends the draft, follows the newest line again, and empties the prompt', () => {
    const { state, requests } = after(key('pageUp'), text('안녕 q'), key('enter'));
    expect(requests).toEqual([
      { type: 'send', bytes: bytes('안녕 q') },
      { type: 'remember', line: '안녕 q' },
    ]);
    expect(state).toMatchObject({ anchor: null, prompt: { draft: { text: '', cursor: 0 } } });
  });

  it('sends nothing from an empty prompt', () => {
    expect(after(key('enter')).requests).toEqual([]);
  });

  it('sends each of two lines that come in one chunk', () => {
    expect(after(text('a'), key('enter'), text('b'), key('enter')).requests).toEqual([
      { type: 'send', bytes: bytes('a') },
      { type: 'remember', line: 'a' },
      { type: 'send', bytes: bytes('b') },
      { type: 'remember', line: 'b' },
    ]);
  });

  it('edits by grapheme', () => {
    expect(stateAfter(text('a🙂각'), key('left'), key('backspace')).prompt.draft).toEqual({ text: 'a각', cursor: 1 });
  });

  it('keeps the lines of a paste', () => {
    expect(stateAfter(paste('one\r\ntwo\n')).prompt.draft.text).toBe('one\ntwo\n');
  });

  it('sends the very bytes of a paste to a connection: its backslashes are doubled, as in a message', () => {
    const asked = after(key('escape'), text('w'), paste('C:\\new'), key('enter'));
    expect(asked.requests).toEqual([
      { type: 'connection', id: 1, request: { type: 'write', bytes: bytes('C:\\new') } },
      { type: 'remember', line: 'C:\\\\new' },
    ]);
  });

  it('takes a paste into the prompt from wherever the focus is', () => {
    const state = stateAfter(key('escape'), paste('later'));
    expect([modeOf(state), state.prompt.draft.text]).toEqual(['input', 'later']);
  });

  it('takes characters as keys until one of them begins a message', () => {
    const { state, requests } = after(text('draft'), key('escape'), text('jki, quit'));
    expect([state.prompt.draft.text, requests]).toEqual(['draft, quit', []]);
  });

  it('keeps the draft while the focus is elsewhere', () => {
    expect(stateAfter(text('half'), key('escape'), text('jk'), key('tab')).prompt.draft.text).toBe('half');
  });
});

describe('focus', () => {
  it('goes around the panes with Tab, and back with Shift-Tab', () => {
    expect(modeOf(stateAfter(key('tab')))).toBe('connections');
    expect(modeOf(stateAfter(key('tab'), key('tab')))).toBe('counters');
    expect(modeOf(stateAfter(key('tab'), key('tab'), key('tab')))).toBe('input');
    expect(modeOf(stateAfter(key('shiftTab')))).toBe('counters');
  });

  it('goes out of the prompt with Esc, which Tab remembers, and back with i or Enter', () => {
    const left = [key('escape'), key('shiftTab')];
    expect(modeOf(stateAfter(...left))).toBe('client');
    expect(modeOf(stateAfter(...left, key('enter')))).toBe('input');
    expect(modeOf(stateAfter(...left, text('i')))).toBe('input');
    expect(modeOf(stateAfter(...left, key('escape'), text('i')))).toBe('input');
  });

  it('goes from the list to the detail with Enter, and back with Esc', () => {
    expect(modeOf(stateAfter(key('escape'), key('enter')))).toBe('detail');
    expect(modeOf(stateAfter(key('escape'), key('enter'), key('escape')))).toBe('connections');
    expect(after(key('escape'), key('down'), key('enter'), key('escape')).requests).toEqual([
      { type: 'detail', id: 1 },
      { type: 'detail', id: null },
    ]);
  });

  it('goes between detail and client with Tab', () => {
    const open = [key('escape'), key('enter')];
    expect(modeOf(stateAfter(...open, key('tab')))).toBe('client');
    expect(modeOf(stateAfter(...open, key('tab'), key('tab')))).toBe('detail');
    expect(modeOf(stateAfter(...open, text('ihello'), key('escape')))).toBe('detail');
  });

  it('acts on the connection of the detail, even when a filter hides it from the list', () => {
    const store = createStore();
    store.press([key('escape'), key('enter')], scene);
    const requests = store.press([text('e'), text('X'), text('X')], { ...scene, ids: [9], preferred: 9 });
    expect(requests).toEqual([
      { type: 'connection', id: 1, request: { type: 'next-discipline' } },
      { type: 'connection', id: 1, request: { type: 'reset' } },
    ]);
  });
});

describe('input', () => {
  it('quits at q outside the prompt, and types it inside', () => {
    expect(after(key('escape'), text('q')).requests).toEqual([{ type: 'quit' }]);
    expect(after(text('q')).requests).toEqual([]);
  });

  it('reconnects at r outside the prompt', () => {
    expect(after(key('escape'), text('r')).requests).toEqual([{ type: 'reconnect' }]);
  });

  it('asks in the order of the keys', () => {
    expect(after(text('a'), key('enter'), key('ctrl-r'), key('ctrl-c')).requests).toEqual([
      { type: 'send', bytes: bytes('a') },
      { type: 'remember', line: 'a' },
      { type: 'reconnect' },
      { type: 'quit' },
    ]);
  });
});

describe('selecting', () => {
  const list = (...presses: readonly Press[]) => stateAfter(key('escape'), ...presses);

  it('starts from the preferred connection', () => {
    expect(list(key('up')).chosen).toBe(2);
    expect(list(text('k')).chosen).toBe(2);
  });

  it('stops at either end', () => {
    expect(list(text('g'), key('up')).chosen).toBe(9);
    expect(list(text('G'), key('down')).chosen).toBe(1);
  });

  it('moves by a page and keeps the selection on view', () => {
    const state = list(text('g'), key('pageDown'), key('down'));
    expect([state.chosen, state.listTop]).toEqual([5, 1]);
  });

  it('takes several keys of one chunk one after another', () => {
    expect(list(text('gjjj')).chosen).toBe(6);
  });
});

describe('scrolling', () => {
  it('holds the transcript where it is read', () => {
    expect(stateAfter(key('ctrlUp')).anchor).toEqual({ key: 19, line: 0 });
    expect(stateAfter(key('pageUp'), key('pageUp')).anchor).toEqual({ key: 12, line: 0 });
  });

  it('stops at the oldest full page, and follows again at the end', () => {
    expect(stateAfter(...Array.from({ length: 9 }, () => key('pageUp'))).anchor).toEqual({ key: 5, line: 0 });
    const client = [key('escape'), key('shiftTab')];
    expect(stateAfter(...client, text('g')).anchor).toEqual({ key: 5, line: 0 });
    expect(stateAfter(...client, text('gkG')).anchor).toBeNull();
    expect(stateAfter(key('ctrlUp'), key('ctrlUp'), key('ctrlDown'), key('ctrlDown')).anchor).toBeNull();
  });
});

describe('help', () => {
  it('opens outside the prompt, scrolls within its lines, and closes', () => {
    expect(stateAfter(text('?')).help).toBe(false);
    const open = [key('escape'), text('?')];
    expect(stateAfter(...open).help).toBe(true);
    expect(stateAfter(...open, ...Array.from({ length: 9 }, () => key('pageDown'))).helpTop).toBe(20);
    expect(stateAfter(...open, text('q'))).toMatchObject({ help: false, focus: 'connections' });
  });
});

describe('acting on the selected connection', () => {
  const acting = (...presses: readonly Press[]) => after(key('escape'), ...presses);

  it('changes its echo, stops reading from it and half-closes it at once', () => {
    expect(acting(text('jeph')).requests).toEqual([
      { type: 'connection', id: 1, request: { type: 'next-discipline' } },
      { type: 'connection', id: 1, request: { type: 'toggle-pause' } },
      { type: 'connection', id: 1, request: { type: 'half-close' } },
    ]);
    expect(acting(text('E')).requests).toEqual([
      { type: 'connection', id: null, request: { type: 'next-discipline' } },
    ]);
  });

  it('closes and resets at the second press only', () => {
    expect(acting(text('x'))).toMatchObject({
      state: { confirmation: { id: 1, request: { type: 'close' } } },
      requests: [],
    });
    expect(acting(text('x'), text('x'))).toMatchObject({
      state: { confirmation: null },
      requests: [{ type: 'connection', id: 1, request: { type: 'close' } }],
    });
    expect(acting(text('XX')).requests).toEqual([{ type: 'connection', id: 1, request: { type: 'reset' } }]);
  });

  it('lets go of what was asked for once when anything else is pressed', () => {
    for (const other of [text('k'), text('?'), text('~'), key('up'), key('tab'), key('escape'), paste('x')])
      expect(acting(text('x'), other).state.confirmation).toBeNull();
    expect(acting(text('xX')).state.confirmation).toEqual({
      id: 1,
      request: { type: 'reset' },
      text: 'X again resets #1 with RST',
    });
    expect(acting(text('xX')).requests).toEqual([]);
  });

  it('never closes another connection than the one that was asked about', () => {
    expect(acting(text('xkx'))).toMatchObject({ state: { confirmation: { id: 2 } }, requests: [] });
  });
});

describe('a client without a connection', () => {
  it('keeps the draft and asks for a connection', () => {
    const store = createStore();
    const requests = store.press([text('hello'), key('enter')], { ...scene, client: 'offline' });
    expect(requests).toEqual([{ type: 'reconnect' }]);
    expect(store.state().prompt.draft.text).toBe('hello');
  });
});
