import { describe, expect, it } from 'vitest';
import type { Press } from '../../../src/screen/keys/keys.ts';
import { createStore } from '../../../src/screen/state/reducer.ts';
import { initialState, type KeyContext, modeOf, type State } from '../../../src/screen/state/state.ts';
import { sceneAt as scene } from './scene.ts';

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
  it('goes around the panes on view with Tab, and back with Shift-Tab', () => {
    const visited = [1, 2, 3].map((times) => modeOf(stateAfter(...Array.from({ length: times }, () => key('tab')))));
    expect(visited).toEqual(['connections', 'payload', 'input']);
    expect(modeOf(stateAfter(key('shiftTab')))).toBe('payload');
  });

  it('goes around all panes where one place has them all', () => {
    const store = createStore();
    const one = { ...scene, slots: [['connections', 'payload', 'stages', 'talk', 'client']] } as const;
    const modes = Array.from({ length: 5 }, () => {
      store.press([key('tab')], one);
      return modeOf(store.state());
    });
    expect(modes).toEqual(['connections', 'payload', 'stages', 'talk', 'input']);
  });

  it('goes out of the prompt with Esc, which Tab remembers, and back with i or Enter', () => {
    const left = [key('escape'), key('shiftTab')];
    expect(modeOf(stateAfter(...left))).toBe('client');
    expect(modeOf(stateAfter(...left, key('enter')))).toBe('input');
    expect(modeOf(stateAfter(...left, text('i')))).toBe('input');
    expect(modeOf(stateAfter(...left, key('escape'), text('i')))).toBe('input');
  });

  it('goes from the list to the payload with Enter, and back with Esc or q', () => {
    const entered = [key('escape'), key('enter')];
    expect(modeOf(stateAfter(...entered))).toBe('payload');
    expect(modeOf(stateAfter(...entered, key('escape')))).toBe('connections');
    expect(after(...entered, text('q'))).toMatchObject({ requests: [], state: { confirmation: null } });
    expect(modeOf(stateAfter(...entered, text('q')))).toBe('connections');
  });

  it('turns to the stages and back with the arrows, from the list as well', () => {
    expect(modeOf(stateAfter(key('escape'), key('enter'), key('right')))).toBe('stages');
    const turned = stateAfter(key('escape'), key('right'));
    expect([modeOf(turned), turned.recent.slice(0, 2)]).toEqual(['connections', ['connections', 'stages']]);
    expect(stateAfter(key('escape'), key('right'), key('left')).recent.slice(0, 2)).toEqual(['connections', 'payload']);
  });

  it('gives a pane the whole window with z, until z, Esc or q', () => {
    const zoomed = [key('escape'), key('enter'), text('z')];
    expect(stateAfter(...zoomed).isZoomed).toBe(true);
    for (const back of [text('z'), text('q'), key('escape')])
      expect([stateAfter(...zoomed, back).isZoomed, modeOf(stateAfter(...zoomed, back))]).toEqual([false, 'payload']);
  });
});

describe('input', () => {
  it('quits at q in the list, and types it in the prompt', () => {
    expect(after(key('escape'), text('q')).requests).toEqual([{ type: 'quit' }]);
    expect(after(text('q')).requests).toEqual([]);
  });

  it('asks before q quits while peers from outside are connected; Ctrl-C and /quit never ask', () => {
    const crowded = { ...scene, outsiders: () => 2 };
    const store = createStore();
    expect(store.press([key('escape'), text('q')], crowded)).toEqual([]);
    expect(store.state().confirmation?.text).toBe(
      '2 peers from outside are connected: q again quits, any other key stays',
    );
    expect(store.press([text('k')], crowded)).toEqual([]);
    expect(store.state().confirmation).toBeNull();
    expect(store.press([text('q'), text('q')], crowded)).toEqual([{ type: 'quit' }]);
    expect(createStore().press([key('ctrl-c')], crowded)).toEqual([{ type: 'quit' }]);
    expect(createStore().press([text('/quit'), key('enter')], crowded)).toContainEqual({ type: 'quit' });
  });

  it('goes back level by level: zoom, pane, filter, selection', () => {
    const store = createStore();
    store.press([key('escape'), text('/udp'), key('enter'), key('up'), key('enter'), text('z')], scene);
    const left = () => {
      store.press([key('escape')], scene);
      const { isZoomed, listView, chosen, remark } = store.state();
      return [isZoomed, modeOf(store.state()), listView.filter.text, chosen, remark?.text ?? null];
    };
    expect(left()).toEqual([false, 'payload', 'udp', 2, null]);
    expect(left()).toEqual([false, 'connections', 'udp', 2, null]);
    expect(left()).toEqual([false, 'connections', '', 2, null]);
    expect(left()).toEqual([false, 'connections', '', null, null]);
    expect(left()).toEqual([false, 'connections', '', null, 'this is the first level; q quits']);
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

describe('a key that does nothing', () => {
  const remark = (...presses: readonly Press[]) => stateAfter(key('escape'), ...presses).remark?.text;

  it('says why, until the next key', () => {
    expect(remark(text('~'))).toBe('~ does nothing here; ? tells every key');
    expect(remark(key('backspace'))).toBe('that key does nothing here; ? tells every key');
    expect(remark(key('down'))).toBe('nothing is below');
    expect(remark(text('gk'))).toBe('nothing is above');
    expect(remark(key('enter'), text('n'))).toBe('nothing is below');
    expect(remark(key('enter'), key('pageUp'))).toBe('nothing is above');
    expect(remark(text('c'))).toBe('no command can play it again: our address is not known');
    expect(remark(text('~'), key('up'))).toBeUndefined();
  });

  it('says so where there is no connection, and where there is no other tab', () => {
    const store = createStore();
    const remarkAt = (press: Press, changes: Partial<KeyContext>) => {
      store.press([press], { ...scene, ...changes });
      return store.state().remark?.text;
    };
    store.press([key('escape')], scene);
    const none = { ids: [], preferred: null };
    for (const press of [text('x'), text('w'), text('c')])
      expect(remarkAt(press, none)).toBe('no connection is selected');
    expect(remarkAt(key('down'), none)).toBe('there is no connection to select');
    const apart = { slots: [['connections'], ['payload'], ['stages'], ['client']] } as const;
    expect(remarkAt(key('right'), apart)).toBe('there is no other tab');
  });

  it('names what is in the way of a command before it asks', () => {
    const store = createStore();
    const closed = { ...scene, obstacle: (id: number) => `#${id} is closed already` };
    expect(store.press([key('escape'), text('x')], closed)).toEqual([]);
    expect(store.state()).toMatchObject({
      confirmation: null,
      remark: { text: '#1 is closed already', tone: 'error' },
    });
    expect(store.press([text('w')], closed)).toEqual([]);
    expect(store.state().listView.input).toBeNull();
  });
});

describe('help and palette', () => {
  it('open outside the prompt, scroll, and close with Esc', () => {
    expect(stateAfter(text('?')).finder).toBeNull();
    const open = [key('escape'), text('?')];
    expect(modeOf(stateAfter(...open))).toBe('help');
    expect(stateAfter(...open, ...Array.from({ length: 9 }, () => key('pageDown'))).finder?.at).toBe(20);
    expect(modeOf(stateAfter(...open, key('escape')))).toBe('connections');
  });

  it('take what is typed as what is looked for', () => {
    const state = stateAfter(key('escape'), text('?q reset'));
    expect([modeOf(state), state.finder?.query.text]).toEqual(['help', 'q reset']);
  });

  it('do what is chosen, and ask where its key would', () => {
    const { state, requests } = after(key('escape'), text(':reconnect'), key('enter'));
    expect([modeOf(state), requests]).toEqual(['connections', [{ type: 'reconnect' }]]);
    const asked = after(key('escape'), text(':resets it'), key('enter'));
    expect(asked.requests).toEqual([]);
    expect(asked.state.confirmation?.text).toContain('X again resets #1 with RST');
  });

  it('put a command into the prompt, where its argument goes', () => {
    const { state } = after(text('draft'), key('escape'), text(':/connect'), key('enter'));
    expect([modeOf(state), state.prompt.draft.text, state.prompt.killed]).toEqual(['input', '/connect ', 'draft']);
  });
});

describe('sorting', () => {
  it('shows the top of the new order, wherever the selection is, and goes on from there', () => {
    const sorted = stateAfter(key('escape'), text('s'));
    expect([sorted.chosen, sorted.listTop, sorted.isListFree]).toEqual([null, 0, true]);
    const moved = stateAfter(key('escape'), text('sj'));
    expect([moved.chosen, moved.isListFree]).toEqual([9, false]);
  });
});

describe('acting on the selected connection', () => {
  const acting = (...presses: readonly Press[]) => after(key('escape'), ...presses);

  it('changes its echo and stops reading from it at once', () => {
    expect(acting(text('jep')).requests).toEqual([
      { type: 'connection', id: 1, request: { type: 'next-discipline' } },
      { type: 'connection', id: 1, request: { type: 'toggle-pause' } },
    ]);
    expect(acting(text('E')).requests).toEqual([
      { type: 'connection', id: null, request: { type: 'next-discipline' } },
    ]);
  });

  it('half-closes, closes and resets at the second press only', () => {
    expect(acting(text('x'))).toMatchObject({
      state: { confirmation: { subject: 'close 1' } },
      requests: [],
    });
    expect(acting(text('x'), text('x'))).toMatchObject({
      state: { confirmation: null },
      requests: [{ type: 'connection', id: 1, request: { type: 'close' } }],
    });
    expect(acting(text('h')).requests).toEqual([]);
    expect(acting(text('hh')).requests).toEqual([{ type: 'connection', id: 1, request: { type: 'half-close' } }]);
    expect(acting(text('XX')).requests).toEqual([{ type: 'connection', id: 1, request: { type: 'reset' } }]);
  });

  it('lets go of what was asked for once when anything else is pressed', () => {
    for (const other of [text('k'), text('?'), text('~'), key('up'), key('tab'), key('escape'), paste('x')])
      expect(acting(text('x'), other).state.confirmation).toBeNull();
    expect(acting(text('xX')).state.confirmation).toEqual({
      subject: 'reset 1',
      text: 'X again resets #1 with RST; any other key leaves it open',
    });
    expect(acting(text('xX')).requests).toEqual([]);
  });

  it('never closes another connection than the one that was asked about', () => {
    expect(acting(text('xkx'))).toMatchObject({ state: { confirmation: { subject: 'close 2' } }, requests: [] });
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
