import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../src/model/chat/transcript.ts';
import { transcriptText } from '../../../src/model/chat/transcript-text.ts';

const at = Date.UTC(2026, 0, 5, 10, 42, 7, 123);

describe('the chat as text', () => {
  it('has a line for each entry, its bytes escaped', () => {
    const { entries } = Transcript.empty
      .note(at, 'connected \x1b[2J')
      .sent(at, 1, Buffer.from('안녕\\\r\n\xff', 'latin1'))
      .sent(at, 2, Buffer.from('hello'))
      .received(at, { id: 2, bytes: Buffer.from('heLlo'), skipped: 0, roundTripMs: 0.25, differs: null })
      .note(at, 'refused', 'error');
    expect(transcriptText(entries).split('\n')).toEqual([
      '2026-01-05T10:42:07.123Z · connected \\x1B[2J',
      expect.stringMatching(/^2026-01-05T10:42:07\.123Z → .*\\\\\\r\\n\\xFF$/),
      '2026-01-05T10:42:07.123Z → hello',
      '2026-01-05T10:42:07.123Z ← heLlo\t≠ at byte 3, 0.25 ms',
      '2026-01-05T10:42:07.123Z ! refused',
      '',
    ]);
  });
});
