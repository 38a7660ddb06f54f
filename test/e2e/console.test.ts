import { describe, expect, it } from 'vitest';
import { openClient } from '../support/net/client.ts';
import { startConsole } from './program.ts';

const roundTrip = String.raw` +\d+(\.\d+)? (µs|ms|s)`;

describe('talking to oneself', () => {
  it('opens ready to type, and a message comes back with its round trip', async () => {
    const console = await startConsole();
    await console.type('hello');
    await console.until('› hello');
    await console.press('enter');
    await console.until(new RegExp(` → hello .*\n.* ← hello${roundTrip} `, 'u'));
    expect(console.text(), 'the prompt is empty again').not.toContain('› hello');
  });

  it('listens at the port that the header shows', async () => {
    const console = await startConsole();
    expect(console.grid()[0]).toContain(`echoscope  tcp://127.0.0.1:${console.port}  echo chunk`);
    const client = await openClient(console.port);
    await client.write('anyone?');
    await client.receive('anyone?');
    client.destroy();
  });

  it('shows in the list the time at which the chat says that it connected', async () => {
    const console = await startConsole();
    const secondOf = (line: RegExp) => {
      const [, hours, minutes, seconds] = (line.exec(console.text()) ?? []).map(Number);
      return ((hours ?? NaN) * 60 + (minutes ?? NaN)) * 60 + (seconds ?? NaN);
    };
    const opened = secondOf(/^│▸ +1 .* ESTABLISHED (\d\d):(\d\d):(\d\d) /mu);
    const connected = secondOf(/ (\d\d):(\d\d):(\d\d) · connected /u);
    // We accept and the client connects within a ms, which a second may begin in, and a day.
    expect([0, 1, 86_399]).toContain(Math.abs(opened - connected));
  });

  it('sends and receives any script, with the borders where they were', async () => {
    const console = await startConsole();
    const borders = console.grid().map((line) => line.at(-1));
    await console.type('안녕 🙂 e\u0301 日本');
    await console.press('enter');
    await console.until(new RegExp(` → 안녕 🙂 e\u0301 日本 .*\n.* ← 안녕 🙂 e\u0301 日本${roundTrip} `, 'u'));
    expect(console.cells().map((row) => row.at(-1)?.glyph)).toContain('│');
    expect(
      console
        .grid()
        .map((line) => line.at(-1))
        .slice(1, -1),
    ).toEqual(borders.slice(1, -1));
  });

  it('keeps the cursor behind what was typed, wide glyphs counted', async () => {
    const console = await startConsole();
    const promptRow = console.grid().findIndex((line) => line.startsWith('│ › '));
    const cursorAt = (column: number) => expect.poll(console.cursor).toEqual({ row: promptRow, column, visible: true });
    await cursorAt(4);
    await console.type('안녕🙂a');
    await console.until('› 안녕🙂a');
    await cursorAt(4 + 7);
  });

  it('edits by character as people count them', async () => {
    const console = await startConsole();
    await console.type('안녕🙂');
    await console.until('› 안녕🙂');
    await console.press('left', 'backspace');
    await console.until('› 안🙂');
    await console.type('e\u0301');
    await console.until('› 안e\u0301🙂');
    await console.press('backspace', 'delete');
    await console.until(/› 안 +│/u);
    await console.type('👨‍👩‍👧');
    await console.press('backspace', 'enter');
    await console.until(/ → 안 .*\n.* ← 안 /u);
  });

  it('takes a pasted text whole, line ends and all, and sends it as one message', async () => {
    const console = await startConsole();
    await console.paste('one\ntwo\nthree');
    await console.until('› one⏎two⏎three');
    expect(console.text(), 'nothing was sent yet').not.toContain('→ one');
    await console.press('enter');
    await console.until(/← one/u);
    // 13 bytes in one read: one message, and the line ends in it.
    await console.until(/ in 13 B · out 13 B · .* · 1 read, 1 write /u);
  });
});
