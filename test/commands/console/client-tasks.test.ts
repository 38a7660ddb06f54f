import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FileSending, Repetition } from '../../../src/commands/console/client-tasks.ts';
import { FileCalls } from '../../../src/commands/console/files.ts';
import type { ClientEvent } from '../../../src/engine/protocol.ts';
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

describe('/repeat N', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 1 } as const;
  const came = (id: number | null, roundTripMs: number | null = null): ClientEvent => {
    return { type: 'received', at: 0, id, bytes: new Uint8Array(1), skipped: 0, roundTripMs, differs: null };
  };
  /** Three messages, all of them sent, and what was said of the end. */
  const repeated = () => {
    const ends: string[] = [];
    let id = 0;
    const events = { progress: () => undefined, done: (text: string) => ends.push(text) };
    const task = new Repetition(3, 10, () => ++id, events);
    vi.advanceTimersByTime(20);
    expect(id).toBe(3);
    return { task, ends };
  };
  const done = ['/repeat: done, sent 3 of 3'];

  it('is done behind the last answer', () => {
    const { task, ends } = repeated();
    for (const event of [came(1, 1), came(2, 1), came(3)]) task.onClientEvent(event);
    expect(ends).toEqual([]);
    task.onClientEvent(came(3, 1));
    expect(ends).toEqual(done);
  });

  it('is done once nothing more comes, where answers cannot be told apart', () => {
    const { task, ends } = repeated();
    for (let answer = 1; answer <= 9; answer++) {
      task.onClientEvent(came(null));
      vi.advanceTimersByTime(150);
    }
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(ends).toEqual(done);
  });

  it('waits a second for an answer, not for ever', () => {
    const { ends } = repeated();
    vi.advanceTimersByTime(999);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ends).toEqual(done);
  });

  it('is done with the connection, with no timer left', () => {
    const { task, ends } = repeated();
    task.onClientEvent({ type: 'disconnected', at: 0, endpoint, fault: null, unanswered: 0 });
    expect(ends).toEqual(done);
    expect(vi.getTimerCount()).toBe(0);
  });
});
