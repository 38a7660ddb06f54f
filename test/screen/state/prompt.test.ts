import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyName, Press } from '../../../src/screen/keys/keys.ts';
import { transcriptPage } from '../../../src/screen/panes/transcript-lines.ts';
import { remarkOf, signOf } from '../../../src/screen/state/prompt-state.ts';
import { createStore } from '../../../src/screen/state/reducer.ts';
import type { KeyContext } from '../../../src/screen/state/state.ts';
import { focusOf } from '../../../src/screen/state/state.ts';
import { enterEffect } from '../../../src/screen/state/submit.ts';
import { maxLineLength } from '../../../src/text/line.ts';
import { sceneAt } from './scene.ts';

const scene: KeyContext = { ...sceneAt, ids: [], preferred: null, transcript: transcriptPage([], 40, 5) };

const key = (name: KeyName): Press => ({ type: 'key', name });
const text = (characters: string): Press => ({ type: 'text', text: characters });
const paste = (characters: string): Press => ({ type: 'paste', text: characters });
const enter = key('enter');
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

interface Told {
  readonly changes?: Partial<KeyContext>;
  readonly lines?: readonly string[];
}

/** What a person reaches with these presses, and what is asked for, but for the remembering. */
const after = (presses: readonly Press[], { changes = {}, lines = [] }: Told = {}) => {
  const store = createStore();
  store.addEarlierLines(lines);
  const all = store.press(presses, { ...scene, ...changes });
  const state = store.state();
  const { prompt } = state;
  const sent = all.flatMap((request) => (request.type === 'send' ? [latin1(request.bytes)] : []));
  const requests = all.filter(({ type }) => type !== 'remember');
  const [finder, focus] = [state.finder?.finder ?? null, focusOf(state)];
  return { prompt, draft: prompt.draft.text, remark: state.remark ?? remarkOf(prompt), finder, focus, sent, requests };
};

describe('a message', () => {
  it('is the bytes that its escapes stand for', () => {
    expect(after([text('a\\r\\n\\x00\\xff\\\\n\\u{41}'), enter]).sent).toEqual(['a\r\n\0\xff\\nA']);
  });

  it('stays in the prompt when an escape is malformed, and the place is named until the next key', () => {
    const given = after([text('ab\\q'), enter]);
    expect(given).toMatchObject({ draft: 'ab\\q', requests: [], remark: { tone: 'error' } });
    expect(given.remark?.text).toMatch(/^at 3: no such escape/);
    expect(after([text('ab\\q'), enter, key('left')]).remark).toBeNull();
  });

  it('that begins with two slashes begins with one', () => {
    expect(after([text('//quit'), enter]).sent).toEqual(['/quit']);
    expect(after([text('//\\q'), enter]).remark?.text).toMatch(/^at 3: /);
  });

  it('is not lost to a connection that is not there, or takes no more', () => {
    expect(after([text('hi'), enter], { changes: { client: 'offline' } })).toMatchObject({
      draft: 'hi',
      requests: [{ type: 'reconnect' }],
    });
    expect(after([text('hi'), enter], { changes: { client: 'finished' } })).toMatchObject({
      draft: 'hi',
      requests: [],
      remark: { tone: 'error' },
    });
  });
});

describe('a paste', () => {
  it('shows its backslashes doubled, and is sent as it was', () => {
    const given = after([paste('C:\\new\\x41'), enter]);
    expect(after([paste('C:\\new\\x41')]).draft).toBe('C:\\\\new\\\\x41');
    expect(given.sent).toEqual(['C:\\new\\x41']);
  });

  it('is never a command', () => {
    expect(after([paste('/quit'), enter])).toMatchObject({ sent: ['/quit'] });
    expect(after([paste('//x'), enter])).toMatchObject({ sent: ['//x'] });
  });

  it('goes into a command as it is, but for the message in it', () => {
    expect(after([text('/send '), paste('a\\b'), enter]).requests).toEqual([
      { type: 'command', command: { type: 'send', path: 'a\\b' } },
    ]);
    expect(after([text('/repeat 2 '), paste('a\\b'), enter]).requests).toMatchObject([
      { bytes: new TextEncoder().encode('a\\b') },
    ]);
  });

  it('arrives byte for byte, its lines ended by LF, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (pasted) => {
        const expected = Buffer.from(pasted.replace(/\r\n?/g, '\n')).toString('latin1');
        expect(after([paste(pasted), enter]).sent).toEqual([expected]);
      }),
    );
  });
});

describe('hex and line ends', () => {
  it('are shown in the sign and change what is sent', () => {
    const hex = after([text('/hex'), enter, text('48 65'), enter, text('/hex'), enter, text('48'), enter]);
    expect(hex.sent).toEqual(['He', '48']);
    expect(after([text('/hex 0x48,\\x65 '), enter, text('48'), enter]).sent).toEqual(['He', '48']);
    expect(after([text('/hex 486'), enter])).toMatchObject({
      draft: '/hex 486',
      remark: { text: 'at 8: a byte takes two hex digits' },
    });
    const dump = '00000000  48 65 6c 6c 6f 0a  |Hello.|\n00000006\n';
    expect(after([text('/hex'), enter, { type: 'paste', text: dump }, enter]).sent).toEqual(['Hello\n']);
    expect(after([text('/hex '), { type: 'paste', text: dump }, enter]).sent).toEqual(['Hello\n']);
    const both = after([text('/hex'), enter, text('/eol crlf'), enter, text('00'), enter]);
    expect(both.sent).toEqual(['\0\r\n']);
    expect(signOf(both.prompt)).toBe('hex crlf › ');
    expect(signOf(hex.prompt)).toBe('› ');
  });

  it('that are malformed leave the draft', () => {
    const given = after([text('/hex'), enter, text('48 6'), enter]);
    expect(given).toMatchObject({ draft: '48 6', sent: [], remark: { text: 'at 4: a byte takes two hex digits' } });
    expect(after([text('/hex'), enter, text('  '), enter]).remark?.text).toMatch(/no byte/);
  });
});

describe('the history', () => {
  it('comes back with the arrows and with Ctrl-P and Ctrl-N, the draft at its end', () => {
    const lines = ['old', 'older\nstill'];
    expect(after([text('half'), key('up')], { lines }).draft).toBe('older\nstill');
    expect(after([text('half'), key('ctrl-p'), key('up')], { lines }).draft).toBe('old');
    expect(after([text('half'), key('up'), key('up'), key('ctrl-n'), key('down')], { lines }).draft).toBe('half');
  });

  it('holds what was sent and commanded, each line once in a row', () => {
    const store = createStore();
    const typed = ['a', 'a', '/eol lf', 'b'].flatMap((line) => [text(line), enter]);
    const kept = store.press(typed, scene).flatMap((request) => (request.type === 'remember' ? [request.line] : []));
    expect(kept).toEqual(['a', '/eol lf', 'b']);
  });
});

describe('commands', () => {
  it('that are wrong stay, with what was probably meant', () => {
    expect(after([text('/conect x'), enter])).toMatchObject({
      draft: '/conect x',
      requests: [],
      remark: { tone: 'error', text: '/conect: no such command; did you mean /connect?' },
    });
  });

  it('repeat what is given, or what was sent last', () => {
    expect(after([text('/repeat 3'), enter]).remark?.text).toMatch(/no message was sent yet/);
    expect(after([text('/eol lf'), enter, text('a'), enter, text('/repeat 3 every 1s'), enter]).requests[1]).toEqual({
      type: 'repeat',
      count: 3,
      everyMs: 1000,
      bytes: new TextEncoder().encode('a\n'),
    });
    expect(after([text('/repeat 2 x\\q'), enter]).remark?.text).toMatch(/^at 12: /);
    expect(after([text('/repeat 100000 '), paste('x'.repeat(1000)), enter]).remark?.text).toMatch(/64 MiB/);
  });

  it('are completed by Tab, which else goes to the next pane', () => {
    expect(after([text('/di'), key('tab')])).toMatchObject({ draft: '/disconnect', focus: 'client' });
    expect(after([text('/ec'), key('tab'), text('l'), key('tab')]).draft).toBe('/echo line');
    expect(after([text('di'), key('tab')])).toMatchObject({ draft: 'di', focus: 'connections' });
    expect(after([text('//d'), key('tab')])).toMatchObject({ focus: 'connections' });
  });

  it('open the help, which begins with them there', () => {
    expect(after([text('/help'), enter])).toMatchObject({ finder: 'help', draft: '' });
  });

  it('are stopped by Esc, which else leaves the prompt', () => {
    const stop = { type: 'command', command: { type: 'stop' } };
    expect(after([key('escape')], { changes: { busy: true } })).toMatchObject({ requests: [stop], focus: 'client' });
    expect(after([key('escape')])).toMatchObject({ requests: [], focus: 'connections' });
  });
});

describe('keys of a shell', () => {
  it.each(['ctrl-w', 'ctrl-u'] as const)('%s deletes what Ctrl-Y puts back', (name) => {
    expect(after([text('안녕'), key(name)]).draft).toBe('');
    expect(after([text('안녕'), key(name), text('x'), key('ctrl-y')]).draft).toBe('x안녕');
  });

  it('Ctrl-K deletes to the end', () => {
    const keys = [text('ab'), key('ctrl-b'), key('ctrl-k')];
    expect(after([...keys, key('ctrl-a'), key('ctrl-y')]).draft).toBe('ba');
  });

  it('Ctrl-D deletes the next character, and ends nothing', () => {
    expect(after([text('ab'), key('ctrl-a'), key('ctrl-d')]).draft).toBe('b');
    expect(after([key('ctrl-d')])).toMatchObject({ requests: [], remark: { text: '/eof half-closes, Ctrl-C quits' } });
  });
});

describe('a client that is connecting', () => {
  it('is not asked to begin again', () => {
    const given = after([text('hi'), enter], { changes: { client: 'connecting' } });
    expect(given).toMatchObject({ draft: 'hi', requests: [], remark: null });
  });
});

describe('a message for a connection that is not there', () => {
  const changed: Press = { type: 'client' };
  /** What is sent, and what stays in the prompt, where the client goes through these states with these presses in each. */
  const through = (...states: readonly (readonly [Partial<KeyContext>, ...Press[]])[]) => {
    const store = createStore();
    const all = states.flatMap(([changes, ...presses]) => store.press(presses, { ...scene, ...changes }));
    return {
      asked: all.flatMap((request) =>
        request.type === 'send' ? [latin1(request.bytes)] : request.type === 'remember' ? [] : [request.type],
      ),
      draft: store.state().prompt.draft.text,
    };
  };
  const [offline, connecting, online] = (['offline', 'connecting', 'online'] as const).map((client) => ({ client }));

  it.each(['offline', 'ended'] as const)('connects where it is %s, and goes out then', (client) => {
    const given = through(
      [{ client }, text('hi'), enter, changed],
      [connecting ?? {}, changed],
      [online ?? {}, changed],
    );
    expect(given).toEqual({ asked: ['reconnect', 'hi'], draft: '' });
  });

  it('stays where that fails, and no later connection takes it along', () => {
    const failed = { client: 'offline', failures: 1 } as const;
    const later = { client: 'online', failures: 1 } as const;
    const given = through([offline ?? {}, text('hi'), enter], [failed, changed], [later, changed]);
    expect(given).toEqual({ asked: ['reconnect'], draft: 'hi' });
  });

  it('does not go out by itself once it is changed, or left', () => {
    for (const press of [text('!'), key('escape'), paste('x')])
      expect(through([connecting ?? {}, text('hi'), enter, press], [online ?? {}, changed]).asked).toEqual([]);
    const scrolled = through([connecting ?? {}, text('hi'), enter, key('pageUp')], [online ?? {}, changed]);
    expect(scrolled).toEqual({ asked: ['hi'], draft: '' });
  });

  it('goes out once', () => {
    expect(through([offline ?? {}, text('hi'), enter], [online ?? {}, changed, changed]).asked).toEqual([
      'reconnect',
      'hi',
    ]);
  });
});

describe('the history of earlier runs', () => {
  it('is there for the line to a connection that is open when it comes, and stays for the prompt', () => {
    const store = createStore();
    const context = { ...scene, ids: [1], preferred: 1 };
    store.press([key('escape'), text('w')], context);
    store.addEarlierLines(['older']);
    store.press([text('mine'), enter, key('up'), key('up')], context);
    expect(store.state().listView.input).toMatchObject({ prompt: { draft: { text: 'older' } } });
    expect(store.state().prompt.history.lines).toEqual(['older', 'mine']);
  });
});

describe('Enter without a message', () => {
  it('sends the line end where there is one', () => {
    expect(after([text('/eol crlf'), enter, enter]).sent).toEqual(['\r\n']);
    expect(after([enter]).requests).toEqual([]);
  });
});

describe('what the footer says of Enter', () => {
  const links = ['online', 'connecting', 'offline', 'ended', 'finished'] as const;
  const drafts = { nothing: '', message: 'hi', command: '/eof', repeat: '/repeat 2 hi' };
  const said = (presses: readonly Press[], changes: Partial<KeyContext>) => {
    const store = createStore();
    store.press(presses, scene);
    const effect = enterEffect(store.state().prompt, { ...scene, ...changes });
    const before = store.state().prompt.draft.text;
    const asked = store.press([enter], { ...scene, ...changes }).filter(({ type }) => type !== 'remember');
    const waits = store.state().prompt.waitsSince !== null;
    return { effect, asked: asked.map(({ type }) => type), waits, stays: store.state().prompt.draft.text === before };
  };

  it.each([
    ['nothing', ['send', null, 'reconnect', 'reconnect', null]],
    ['message', ['send', 'send once connected', 'reconnect and send', 'reconnect and send', null]],
    ['repeat', ['send', 'send once connected', 'reconnect and send', 'reconnect and send', null]],
    ['command', ['run', 'run', 'run', 'run', 'run']],
  ] as const)('with %s typed, in each state of the connection, is what it does', (draft, effects) => {
    for (const [place, client] of links.entries()) {
      const { effect, asked, waits, stays } = said([text(drafts[draft])], { client });
      expect(effect).toBe(effects[place]);
      expect(asked.includes('reconnect')).toBe(effect?.startsWith('reconnect') ?? false);
      expect(waits).toBe(effect === 'send once connected' || effect === 'reconnect and send');
      if (effect === null) expect({ asked, stays }).toEqual({ asked: [], stays: true });
      if (draft !== 'nothing' && (effect === 'send' || effect === 'run'))
        expect({ asked: asked.length, stays }).toEqual({ asked: 1, stays: false });
    }
  });

  it('knows the line end, and a source that sends nothing', () => {
    const eol = [text('/eol lf'), enter];
    expect(said(eol, {})).toMatchObject({ effect: 'send line end', asked: ['send'] });
    expect(said(eol, { client: 'offline' })).toMatchObject({ effect: 'reconnect and send', waits: true });
    expect(said([text('hi')], { client: 'offline', readOnly: true })).toMatchObject({ effect: null, waits: false });
  });
});

describe('a line that is too long', () => {
  it('is not begun: what was there stays, and it is said what to do', () => {
    const given = after([text('before '), paste('x'.repeat(maxLineLength))]);
    expect(given).toMatchObject({ draft: 'before ', remark: { tone: 'error' } });
    expect(given.remark?.text).toBe('that is more than a line holds, 4,194,304 characters: /send sends a file');
    expect(after([text('before '), paste('x'.repeat(maxLineLength)), text('after')])).toMatchObject({
      draft: 'before after',
      remark: null,
    });
  });
});
