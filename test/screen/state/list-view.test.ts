import { describe, expect, it } from 'vitest';
import { historyOf } from '../../../src/model/chat/prompt-history.ts';
import type { ReplayCommand } from '../../../src/model/replay-commands.ts';
import type { ListAction } from '../../../src/screen/keys/actions.ts';
import {
  clearFilter,
  editLineInput,
  initialListView,
  type ListContext,
  type ListViewState,
  lineInputRows,
  listViewMode,
  reduceListView,
} from '../../../src/screen/state/list-view.ts';
import { maxLineLength } from '../../../src/text/line.ts';

const replays: readonly ReplayCommand[] = [
  { tool: 'nc', command: 'nc 127.0.0.1 1', remark: null },
  { tool: 'ncat', command: 'ncat 127.0.0.1 1', remark: null },
];
const bytes = (text: string) => new TextEncoder().encode(text);
const found: ListContext = { selected: 7, replays, history: historyOf(['older']) };

type Press = ListAction | { readonly text: string };

/** After keys, or text typed into the line that is asked for; with what was asked of the program on the way. */
const after = (...presses: readonly Press[]) => {
  let listView: ListViewState = initialListView;
  const requests: unknown[] = [];
  for (const press of presses) {
    if (typeof press !== 'string') {
      if (listView.input === null) throw new Error('nothing is asked for');
      listView = editLineInput(listView, listView.input, { type: 'insert', text: press.text });
    } else {
      const step = reduceListView(listView, press, found);
      listView = step.listView;
      requests.push(...step.requests.filter(({ type }) => type !== 'remember'));
    }
  }
  return { listView, requests };
};
const filterAfter = (...presses: readonly Press[]) => after(...presses).listView.filter.text;

describe('the filter', () => {
  it('takes effect as it is typed', () => {
    expect(filterAfter('filter', { text: 'udp' })).toBe('udp');
  });

  it('stays the last good one while what is typed cannot be read, and says why', () => {
    const { listView } = after('filter', { text: 'udp' }, { text: ' in:>' });
    expect(listView.filter.text).toBe('udp');
    expect(listView.input).toMatchObject({ problem: 'in: wants a value behind it, such as in:>1MB' });
    expect(lineInputRows(listView)).toBe(2);
  });

  it('is no longer than a line may be', () => {
    const { listView } = after('filter', { text: 'udp' }, { text: 'x'.repeat(maxLineLength) });
    expect(listView.filter.text).toBe('udp');
    expect(listView.input).toMatchObject({ line: { text: 'udp' }, problem: 'a line holds 4,194,304 characters' });
  });

  it('is not kept by Enter before it can be read', () => {
    expect(listViewMode(after('filter', { text: 'in:>' }, 'answer').listView)).toBe('filter');
    expect(listViewMode(after('filter', { text: 'in:>1' }, 'answer').listView)).toBe(null);
  });

  it('is kept by Enter and cleared by Esc', () => {
    expect(filterAfter('filter', { text: 'udp' }, 'answer')).toBe('udp');
    expect(filterAfter('filter', { text: 'udp' }, 'dismiss')).toBe('');
    expect(clearFilter(after('filter', { text: 'udp' }, 'answer').listView).filter.text).toBe('');
  });

  it('can be edited further', () => {
    expect(filterAfter('filter', { text: 'udp' }, 'answer', 'filter', { text: ' in:>1' })).toBe('udp in:>1');
  });

  it('stays the same object while blanks are typed, so that nothing is filtered anew', () => {
    const { listView } = after('filter', { text: 'udp' });
    if (listView.input === null) throw new Error('nothing is asked for');
    expect(editLineInput(listView, listView.input, { type: 'insert', text: ' ' }).filter).toBe(listView.filter);
  });
});

describe('bytes of our own', () => {
  it('go to the connection that was selected, as typed', () => {
    expect(after('write', { text: '안 ' }, 'answer').requests).toEqual([
      { type: 'connection', id: 7, request: { type: 'write', bytes: bytes('안 ') } },
    ]);
  });

  it('go to all', () => {
    expect(after('writeAll', { text: 'x' }, 'answer').requests).toEqual([
      { type: 'connection', id: null, request: { type: 'write', bytes: bytes('x') } },
    ]);
  });

  it('are typed with the escapes of a message, and stay in the line while one is malformed', () => {
    expect(after('write', { text: '\\x00\\n' }, 'answer').requests).toEqual([
      { type: 'connection', id: 7, request: { type: 'write', bytes: bytes('\0\n') } },
    ]);
    const { listView, requests } = after('write', { text: '\\q' }, 'answer');
    expect(requests).toEqual([]);
    expect(listView.input).toMatchObject({
      prompt: { draft: { text: '\\q' }, remark: { text: expect.stringMatching(/^at 1: no such/) } },
    });
    expect(lineInputRows(listView)).toBe(2);
    const mended = after('write', { text: '\\' }, 'answer', { text: '\\' }, 'answer');
    expect(mended.requests).toEqual([{ type: 'connection', id: 7, request: { type: 'write', bytes: bytes('\\') } }]);
  });

  it('go nowhere without any, or after Esc', () => {
    expect(after('write', 'answer').requests).toEqual([]);
    expect(after('write', { text: 'x' }, 'dismiss').requests).toEqual([]);
    expect(reduceListView(initialListView, 'write', { ...found, selected: null, replays: [] }).listView).toBe(
      initialListView,
    );
  });

  it('are sent one after the other until Esc closes the line', () => {
    const { listView, requests } = after('write', { text: 'one' }, 'answer', { text: 'two' }, 'answer');
    expect(requests).toMatchObject([{ request: { bytes: bytes('one') } }, { request: { bytes: bytes('two') } }]);
    expect(listViewMode(listView)).toBe('write');
    expect(listView.input).toMatchObject({
      prompt: { draft: { text: '' }, history: { lines: ['older', 'one', 'two'] } },
    });
  });

  it('have the line end and the hex of a message, also when the line is opened again', () => {
    const crlf = ['write', { text: '/eol crlf' }, 'answer'] as const;
    expect(after(...crlf, { text: '+OK' }, 'answer', 'answer').requests).toMatchObject([
      { request: { bytes: bytes('+OK\r\n') } },
      { request: { bytes: bytes('\r\n') } },
    ]);
    expect(
      after(...crlf, { text: '/hex' }, 'answer', 'dismiss', 'write', { text: '41' }, 'answer').requests,
    ).toMatchObject([{ request: { bytes: bytes('A\r\n') } }]);
  });

  it('know no other command, and two slashes begin with one', () => {
    const { listView, requests } = after('write', { text: '/connect' }, 'answer');
    expect(requests).toEqual([]);
    expect(listView.input).toMatchObject({
      prompt: { remark: { text: expect.stringMatching(/only \/hex and \/eol/) } },
    });
    expect(after('write', { text: '//path' }, 'answer').requests).toMatchObject([
      { request: { bytes: bytes('/path') } },
    ]);
  });

  it('leave the filter alone', () => {
    expect(filterAfter('filter', { text: 'udp' }, 'answer', 'write', { text: 'x' }, 'dismiss')).toBe('udp');
  });
});

describe('commands', () => {
  it('are copied at once, and another by choosing it', () => {
    const { listView, requests } = after('replay', 'nextReplay', 'nextReplay', 'copy');
    expect(requests).toEqual([
      { type: 'copy', text: 'nc 127.0.0.1 1' },
      { type: 'copy', text: 'ncat 127.0.0.1 1' },
    ]);
    expect(listView.replayMenu).toMatchObject({ id: 7, at: 1, copied: 1 });
    expect(reduceListView(listView, 'dismiss', found).listView.replayMenu).toBe(null);
  });

  it('are not there without a connection', () => {
    expect(reduceListView(initialListView, 'replay', { ...found, selected: null }).requests).toEqual([]);
  });
});

describe('the picture', () => {
  it('stands still and goes on', () => {
    expect([after('freeze'), after('freeze', 'freeze')].map(({ listView }) => listView.isFrozen)).toEqual([
      true,
      false,
    ]);
  });
});
