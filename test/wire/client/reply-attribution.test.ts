import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EchoExpectation } from '../../../src/engine/protocol.ts';
import { ReplyAttribution } from '../../../src/wire/client/reply-attribution.ts';

/** `→` a message goes out, `←` a read comes in; each takes a millisecond. An expectation alone is a change to it. */
type Step = `→ ${string}` | `← ${string}` | EchoExpectation;

/** What is shown of the replies: `2: text 3 ms` answers message 2, `text` answers none; `≠ 4` differs at offset 4. */
const play = (expectation: EchoExpectation, ...steps: readonly Step[]) => {
  const attribution = new ReplyAttribution(expectation);
  let ids = 0;
  const shown = steps.flatMap((step, at) => {
    const text = Buffer.from(step.slice(2));
    if (step.startsWith('→')) {
      ids += 1;
      attribution.sent(ids, text, at, true);
    } else if (step.startsWith('←'))
      return attribution
        .received(text, at)
        .map(({ id, piece, roundTripMs, differs }) =>
          [
            `${id === null ? '' : `${id}: `}${Buffer.from(piece)}`,
            ...(roundTripMs === null ? [] : [`${roundTripMs} ms`]),
            ...(differs === null ? [] : [`≠ ${differs.at}`]),
          ].join(' '),
        );
    else attribution.expect(step as EchoExpectation);
    return [];
  });
  return { shown, compares: attribution.compares, unanswered: attribution.unanswered };
};

describe('a server that is not ours', () => {
  it('is an echo as long as every reply was one', () => {
    const { shown, compares } = play('unknown', '→ hello', '← hel', '← lo', '→ a', '→ bc', '← abc');
    expect(shown).toEqual(['1: hel', '1: lo 2 ms', '2: a 2 ms', '3: bc 1 ms']);
    expect(compares).toBe(true);
  });

  it('that answers something else is shown as it comes, whole, for good', () => {
    const long = 'x'.repeat(300);
    const { shown, compares, unanswered } = play(
      ...(['unknown', `→ ${long}`, '← 250 all is well\r\n', '→ another', '← 250 all is well\r\n'] as const),
    );
    expect(shown).toEqual(['250 all is well\r\n', '250 all is well\r\n']);
    expect({ compares, unanswered }).toEqual({ compares: false, unanswered: 0 });
  });

  it('that sends more than it got is no echo, though it begins as one', () => {
    expect(play('unknown', '→ 250', '← 250 all is well\r\n').shown).toEqual(['250 all is well\r\n']);
    expect(play('unknown', '→ ls', '← ls', '← file\r\n', '→ ls', '← ls')).toMatchObject({
      shown: ['1: ls 1 ms', 'file\r\n', 'ls'],
      compares: false,
    });
  });

  it('may greet first', () => {
    const { shown, compares } = play('unknown', '← 220 ready\r\n', '← more\r\n', '→ hi', '← hi');
    expect(shown).toEqual(['220 ready\r\n', 'more\r\n', '1: hi 1 ms']);
    expect(compares).toBe(true);
  });

  it('was an echo, and is none any more: the byte is told once', () => {
    const { shown, compares } = play('unknown', '→ one', '← one', '→ two', '→ three', '← twothXee', '→ one', '← one');
    expect(shown).toEqual(['1: one 1 ms', '2: two 2 ms', '3: thXee ≠ 2', 'one']);
    expect(compares).toBe(false);
  });

  it('owes nothing before it was seen to echo', () => {
    expect(play('unknown', '→ hello').unanswered).toBe(0);
    expect(play('unknown', '→ hello', '← hel').unanswered).toBe(0);
    expect(play('unknown', '→ a', '← a', '→ hello').unanswered).toBe(1);
  });
});

describe('our own server', () => {
  it('gives back each message by its place in the stream, and what differs is for the chat to mark', () => {
    expect(play('due', '→ hello', '→ you', '← heLlo', '← you', '← by hand').shown).toEqual([
      '1: heLlo 2 ms',
      '2: you 2 ms',
      'by hand',
    ]);
  });

  it('under none gives back nothing: what a user sends by hand is shown whole', () => {
    const { shown, unanswered } = play('none', '→ LOGIN bob', '← +OK hello, welcome\r\n');
    expect(shown).toEqual(['+OK hello, welcome\r\n']);
    expect(unanswered).toBe(0);
  });

  it('echoes again after none, and owes nothing of what it was sent before', () => {
    const { shown } = play('due', '→ a', '← a', 'none', '→ LOGIN bob', '← +OK\r\n', 'mixed', '→ hi', '← hi');
    expect(shown).toEqual(['1: a 1 ms', '+OK\r\n', '3: hi 1 ms']);
  });

  it('may echo what it was sent before, once it echoes again', () => {
    expect(play('none', '→ early', 'mixed', '→ hi', '← earlyhi').shown).toEqual(['early', '2: hi 1 ms']);
  });

  it('gives bytes by hand before, behind and beside its echoes', () => {
    expect(play('mixed', '→ hel', '← +OK\r\n', '→ lo\n', '← hello\n').shown).toEqual([
      '+OK\r\n',
      '1: hel 3 ms',
      '2: lo\n 1 ms',
    ]);
    expect(play('mixed', '→ hi', '← +OKhi').shown).toEqual(['+OK', '1: hi 1 ms']);
    expect(play('mixed', '→ hi', '← hi+OK').shown).toEqual(['1: hi 1 ms', '+OK']);
    expect(play('mixed', '→ hi', '← hi', '← +OK', '→ ho', '← ho').shown).toEqual(['1: hi 1 ms', '+OK', '2: ho 1 ms']);
  });
});

it('shows every byte once and in order, and calls nothing an echo that is none, whatever comes', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 6 });
  const step = fc.oneof(
    fc.record({ type: fc.constant('sent' as const), text }),
    fc.record({ type: fc.constant('received' as const), text }),
    fc.record({ type: fc.constant('echoed' as const), bytes: fc.nat(8) }),
    fc.record({ type: fc.constant('expect' as const), echo: fc.constantFrom('mixed' as const, 'none' as const) }),
  );
  const first = fc.constantFrom('mixed' as const, 'unknown' as const, 'none' as const);
  fc.assert(
    fc.property(first, fc.array(step, { maxLength: 40 }), (expectation, steps) => {
      const attribution = new ReplyAttribution(expectation);
      const messages = new Map<number, string>();
      const answers = new Map<number, string>();
      let [owed, came, shown] = ['', '', ''];
      for (const [at, each] of steps.entries()) {
        if (each.type === 'expect') attribution.expect(each.echo);
        else if (each.type === 'sent') {
          messages.set(at, each.text);
          owed += each.text;
          attribution.sent(at, Buffer.from(each.text), at, true);
        } else {
          const read = each.type === 'received' ? each.text : owed.slice(0, each.bytes);
          if (each.type === 'echoed') owed = owed.slice(read.length);
          if (read === '') continue;
          came += read;
          for (const { id, piece, roundTripMs, differs } of attribution.received(Buffer.from(read), at)) {
            shown += Buffer.from(piece);
            if (id === null) continue;
            const answer = (answers.get(id) ?? '') + Buffer.from(piece);
            answers.set(id, answer);
            const message = messages.get(id) ?? '';
            if (differs === null) expect(message.startsWith(answer)).toBe(true);
            else expect(answer.charAt(differs.at)).not.toBe(message.charAt(differs.at));
            if (roundTripMs !== null) expect(answer).toBe(message);
          }
        }
      }
      expect(shown).toBe(came);
    }),
  );
});

it('keeps 8 MiB of what it compares; beyond that the length alone counts', () => {
  const attribution = new ReplyAttribution('unknown');
  const block = Buffer.alloc(1 << 20, 'x');
  for (let id = 1; id <= 10; id++) attribution.sent(id, block, 0, true);
  for (let id = 1; id <= 8; id++) expect(attribution.received(block, 1)).toMatchObject([{ id, roundTripMs: 1 }]);
  const other = Buffer.alloc(1 << 20, 'y');
  expect(attribution.received(other, 2)).toMatchObject([{ id: 9, roundTripMs: 2 }]);
});
