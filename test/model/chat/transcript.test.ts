import { describe, expect, it } from 'vitest';
import { maxEntries, maxEntryBytes, maxNoteLength, Transcript } from '../../../src/model/chat/transcript.ts';
import { echoFlaws, transcriptText } from '../../../src/model/chat/transcript-text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const piece = (id: number | null, text: string, roundTripMs: number | null = null, skipped = 0) => ({
  id,
  bytes: bytes(text),
  skipped,
  roundTripMs,
  differs: null,
});

describe('Transcript', () => {
  it('keeps messages, answers and notes in their order, each with its own key', () => {
    const { entries } = Transcript.empty
      .sent(1, 1, bytes('안녕'))
      .received(2, piece(1, '안녕', 0.2))
      .note(3, 'disconnected', 'error');
    expect(entries).toEqual([
      { kind: 'sent', key: 1, id: 1, at: 1, bytes: bytes('안녕'), skipped: 0 },
      {
        kind: 'received',
        key: 2,
        at: 2,
        to: 1,
        bytes: bytes('안녕'),
        skipped: 0,
        ...{ roundTripMs: 0.2, differsAt: null, differsWithin: 1, missing: 0 },
      },
      { kind: 'note', key: 3, at: 3, text: 'disconnected', tone: 'error', count: 1 },
    ]);
  });

  it('joins the pieces of one answer where the first of them stands', () => {
    const { entries } = Transcript.empty
      .sent(1, 1, bytes('hello'))
      .received(2, piece(1, 'he'))
      .sent(3, 2, bytes('x'))
      .received(4, piece(1, 'llo', 1.5))
      .received(5, piece(2, 'x', 0.1));
    expect(entries.map((entry) => entry.kind)).toEqual(['sent', 'received', 'sent', 'received']);
    expect(entries[1]).toMatchObject({ bytes: bytes('hello'), roundTripMs: 1.5, to: 1 });
  });

  it('does not join what nothing asked for', () => {
    const { entries } = Transcript.empty.received(1, piece(null, 'a')).received(2, piece(null, 'b'));
    expect(entries).toHaveLength(2);
  });

  it('leaves the entries of an older transcript as they were', () => {
    const before = Transcript.empty.received(1, piece(1, 'he'));
    before.received(2, piece(1, 'llo'));
    expect(before.entries).toMatchObject([{ bytes: bytes('he') }]);
  });

  it('keeps the first bytes of a long answer and counts the rest', () => {
    const long = 'a'.repeat(maxEntryBytes);
    const { entries } = Transcript.empty.received(1, piece(1, long)).received(2, piece(1, 'bcd', 3, 5));
    expect(entries).toMatchObject([{ bytes: bytes(long), skipped: 8, roundTripMs: 3 }]);
  });

  it('adds nothing behind a gap', () => {
    const { entries } = Transcript.empty.received(1, piece(1, 'ab', null, 4)).received(2, piece(1, 'cd'));
    expect(entries).toMatchObject([{ bytes: bytes(''), skipped: 8 }]);
  });

  it('is bounded: the oldest go', () => {
    let transcript = Transcript.empty;
    for (let n = 0; n < maxEntries + 5; n++) transcript = transcript.note(n, String(n));
    expect(transcript.entries).toHaveLength(maxEntries);
    expect(transcript.entries[0]).toMatchObject({ text: '5' });
  });

  it('counts an error that repeats in one entry, at its last time, until anything else comes', () => {
    let transcript = Transcript.empty;
    for (let at = 1; at <= 6; at++) transcript = transcript.note(at, 'connect: refused', 'error');
    expect(transcript.entries).toMatchObject([{ key: 1, at: 6, count: 6 }]);
    expect(transcriptText(transcript.entries)).toBe('1970-01-01T00:00:00.006Z ! connect: refused ×6\n');
    const later = transcript.note(7, 'connect: timed out', 'error').note(8, 'connect: refused', 'error');
    expect(later.entries).toMatchObject([{ count: 6 }, { count: 1 }, { key: 3, count: 1 }]);
    expect(later.note(9, 'a').note(9, 'a').entries).toHaveLength(5);
  });

  it('keeps only the start of a note of any length', () => {
    const [kept, whole] = [
      Transcript.empty.note(1, 'n'.repeat(10 * maxNoteLength)),
      Transcript.empty.note(1, 'n'.repeat(maxNoteLength)),
    ].map(({ entries: [entry] }) => (entry?.kind === 'note' ? entry.text : ''));
    expect(kept).toBe(`${'n'.repeat(maxNoteLength)}…`);
    expect(whole).toBe('n'.repeat(maxNoteLength));
  });

  it('marks the first byte that is not what was sent, in whatever piece it comes', () => {
    const sent = Transcript.empty.sent(1, 1, bytes('hello'));
    const first = sent.received(2, piece(1, 'he'));
    expect(first.entries[1]).toMatchObject({ differsAt: null });
    expect(first.received(3, piece(1, 'LLo', 1)).entries[1]).toMatchObject({ differsAt: 2, roundTripMs: 1 });
    expect(first.received(3, piece(1, 'llo', 1)).entries[1]).toMatchObject({ differsAt: null });
  });

  it('marks a whole answer of another length, as a datagram can be', () => {
    const sent = Transcript.empty.sent(1, 1, bytes('hello'));
    expect(sent.received(2, piece(1, 'hell', 1)).entries[1]).toMatchObject({ differsAt: 4 });
    expect(sent.received(2, piece(1, 'hello!', 1)).entries[1]).toMatchObject({ differsAt: 5 });
  });

  it('knows of an answer to a message in parts what the wire has found', () => {
    const told = (skipped: number, roundTripMs: number | null) => ({
      ...piece(7, '', roundTripMs, skipped),
      differs: { at: 70_000, within: 1 },
    });
    const { entries } = Transcript.empty.received(1, told(80_000, null)).received(2, told(40_000, 3));
    expect(entries).toMatchObject([{ to: 7, skipped: 120_000, differsAt: 70_000, roundTripMs: 3 }]);
    const block = { ...piece(8, '', 3, 9), differs: { at: 65_536, within: 65_536 } };
    const [entry] = Transcript.empty.received(1, block).entries;
    if (entry?.kind !== 'received') expect.fail('no answer');
    expect(echoFlaws(entry)).toEqual(['≠ in bytes 65,537 to 131,072']);
  });

  it('compares no more than is kept', () => {
    const long = 'a'.repeat(maxEntryBytes + 9);
    const sent = Transcript.empty.sent(1, 1, bytes(long));
    expect(sent.received(2, piece(1, long, 1)).entries[1]).toMatchObject({ differsAt: null, skipped: 9 });
    expect(sent.received(2, piece(1, '', 1, maxEntryBytes + 9)).entries[1]).toMatchObject({ differsAt: null });
  });

  it('counts what is missing of an answer when the connection is gone', () => {
    const cut = Transcript.empty.sent(1, 1, bytes('hello')).received(2, piece(1, 'he')).closed();
    expect(cut.entries[1]).toMatchObject({ missing: 3, differsAt: null });
    const whole = Transcript.empty
      .sent(1, 1, bytes('hello'))
      .received(2, piece(1, 'hello', 1))
      .closed();
    expect(whole.entries[1]).toMatchObject({ missing: 0 });
  });
});
