import { describe, expect, it } from 'vitest';
import type { Replay } from '../../src/model/replay.ts';
import {
  askingRows,
  type Find,
  type Finding,
  type Found,
  find,
  findingMode,
  initialFinding,
  revise,
} from '../../src/screen/finding.ts';
import { longestLine } from '../../src/text/line.ts';

const replays: readonly Replay[] = [
  { tool: 'nc', command: 'nc 127.0.0.1 1', remark: null },
  { tool: 'ncat', command: 'ncat 127.0.0.1 1', remark: null },
];
const bytes = (text: string) => new TextEncoder().encode(text);
const found: Found = { selected: 7, replays };

type Press = Find | { readonly text: string };

/** After keys, or text typed into the line that is asked for; with what was asked of the program on the way. */
const after = (...presses: readonly Press[]) => {
  let finding: Finding = initialFinding;
  const requests: unknown[] = [];
  for (const press of presses) {
    if (typeof press !== 'string') {
      if (finding.asking === null) throw new Error('nothing is asked for');
      finding = revise(finding, finding.asking, { type: 'insert', text: press.text });
    } else {
      const step = find(finding, press, found);
      finding = step.finding;
      requests.push(...step.requests);
    }
  }
  return { finding, requests };
};
const filterAfter = (...presses: readonly Press[]) => after(...presses).finding.filter.text;

describe('the filter', () => {
  it('takes effect as it is typed', () => {
    expect(filterAfter('filter', { text: 'udp' })).toBe('udp');
  });

  it('stays the last good one while what is typed cannot be read, and says why', () => {
    const { finding } = after('filter', { text: 'udp' }, { text: ' in:>' });
    expect(finding.filter.text).toBe('udp');
    expect(finding.asking).toMatchObject({ problem: 'in: wants a value behind it, such as in:>1MB' });
    expect(askingRows(finding)).toBe(2);
  });

  it('is no longer than a line may be', () => {
    const { finding } = after('filter', { text: 'udp' }, { text: 'x'.repeat(longestLine) });
    expect(finding.filter.text).toBe('udp');
    expect(finding.asking).toMatchObject({ line: { text: 'udp' }, problem: 'a line holds 4,194,304 characters' });
  });

  it('is not kept by Enter before it can be read', () => {
    expect(findingMode(after('filter', { text: 'in:>' }, 'answer').finding)).toBe('filter');
    expect(findingMode(after('filter', { text: 'in:>1' }, 'answer').finding)).toBe(null);
  });

  it('is kept by Enter and cleared by Esc, in its line and in the list', () => {
    expect(filterAfter('filter', { text: 'udp' }, 'answer')).toBe('udp');
    expect(filterAfter('filter', { text: 'udp' }, 'dismiss')).toBe('');
    expect(filterAfter('filter', { text: 'udp' }, 'answer', 'unfilter')).toBe('');
  });

  it('can be edited further', () => {
    expect(filterAfter('filter', { text: 'udp' }, 'answer', 'filter', { text: ' in:>1' })).toBe('udp in:>1');
  });

  it('stays the same object while blanks are typed, so that nothing is filtered anew', () => {
    const { finding } = after('filter', { text: 'udp' });
    if (finding.asking === null) throw new Error('nothing is asked for');
    expect(revise(finding, finding.asking, { type: 'insert', text: ' ' }).filter).toBe(finding.filter);
  });
});

describe('bytes of our own', () => {
  it('go to the connection that was selected, as typed', () => {
    expect(after('write', { text: '안 ' }, 'answer').requests).toEqual([{ type: 'write', id: 7, bytes: bytes('안 ') }]);
  });

  it('go to all', () => {
    expect(after('writeAll', { text: 'x' }, 'answer').requests).toEqual([
      { type: 'write', id: null, bytes: bytes('x') },
    ]);
  });

  it('are typed with the escapes of a message, and stay in the line while one is malformed', () => {
    expect(after('write', { text: '\\x00\\n' }, 'answer').requests).toEqual([
      { type: 'write', id: 7, bytes: bytes('\0\n') },
    ]);
    const { finding, requests } = after('write', { text: '\\q' }, 'answer');
    expect(requests).toEqual([]);
    expect(finding.asking).toMatchObject({ line: { text: '\\q' }, problem: expect.stringMatching(/^at 1: no such/) });
    expect(askingRows(finding)).toBe(2);
    const mended = after('write', { text: '\\' }, 'answer', { text: '\\' }, 'answer');
    expect(mended.requests).toEqual([{ type: 'write', id: 7, bytes: bytes('\\') }]);
  });

  it('go nowhere without any, or after Esc', () => {
    expect(after('write', 'answer').requests).toEqual([]);
    expect(after('write', { text: 'x' }, 'dismiss').requests).toEqual([]);
    expect(find(initialFinding, 'write', { selected: null, replays: [] }).finding).toBe(initialFinding);
  });

  it('leave the filter alone', () => {
    expect(filterAfter('filter', { text: 'udp' }, 'answer', 'write', { text: 'x' }, 'dismiss')).toBe('udp');
  });
});

describe('commands', () => {
  it('are copied at once, and another by choosing it', () => {
    const { finding, requests } = after('replay', 'nextReplay', 'nextReplay', 'copy');
    expect(requests).toEqual([
      { type: 'copy', text: 'nc 127.0.0.1 1' },
      { type: 'copy', text: 'ncat 127.0.0.1 1' },
    ]);
    expect(finding.replaying).toMatchObject({ id: 7, at: 1, copied: 1 });
    expect(find(finding, 'dismiss', found).finding.replaying).toBe(null);
  });

  it('are not there without a connection', () => {
    expect(find(initialFinding, 'replay', { selected: null, replays }).requests).toEqual([]);
  });
});

describe('the picture', () => {
  it('stands still and goes on', () => {
    expect([after('freeze'), after('freeze', 'freeze')].map(({ finding }) => finding.isFrozen)).toEqual([true, false]);
  });
});
