import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileSending } from '../../../src/commands/console/client-tasks.ts';
import { FileCalls } from '../../../src/commands/console/files.ts';
import { until } from '../../support/wait.ts';

interface Piece {
  readonly length: number;
  readonly last: boolean;
}

/** A file of so many bytes on its way over a connection that takes what the test says. */
const startSending = (bytes: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(bytes));
  const pieces: Piece[] = [];
  const ends: string[] = [];
  const sending = new FileSending(
    path,
    7,
    ({ length }, last) => pieces.push({ length, last }),
    new FileCalls(() => undefined),
    {
      progress: () => undefined,
      done: (text) => ends.push(text),
    },
  );
  const take = (length: number) => sending.onClientEvent({ type: 'taken', at: 0, id: 7, bytes: length });
  return { sending, pieces, ends, take };
};

describe('/send FILE', () => {
  it('has a bounded number of pieces under way, and marks the last', async () => {
    const { pieces, ends, take } = startSending(1_000_000);
    let taken = 0;
    while (ends.length === 0) {
      await until(() => pieces.length > taken || ends.length > 0, 'another piece');
      expect(pieces.length - taken).toBeLessThanOrEqual(4);
      const piece = pieces[taken];
      if (piece === undefined) break;
      taken += 1;
      take(piece.length);
    }
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(1_000_000);
    expect(pieces.findIndex(({ last }) => last)).toBe(pieces.length - 1);
    expect(ends).toEqual([expect.stringMatching(/^\/send file: 1,000,000 B sent in /)]);
  });

  it('waits while nothing is taken, and ends with the connection', async () => {
    const { sending, pieces, ends, take } = startSending(1_000_000);
    await until(() => pieces.length === 4, 'four pieces');
    take(pieces[0]?.length ?? 0);
    await until(() => pieces.length === 5, 'one more');
    const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 1 } as const;
    sending.onClientEvent({ type: 'disconnected', at: 0, endpoint, fault: null, unanswered: 1 });
    sending.stop();
    expect(ends).toEqual(['/send file: the connection takes no more, 65,536 of 1,000,000 B sent']);
  });

  it('is refused where there is nothing in it', async () => {
    const { ends } = startSending(0);
    await until(() => ends.length > 0, 'an end');
    expect(ends).toEqual(['/send file: is empty']);
  });
});
