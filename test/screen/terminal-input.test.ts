import { Console } from 'node:console';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Intent } from '../../src/screen/keys/actions.ts';
import { mountScreen, type Screen } from '../../src/screen/mount.tsx';
import { busy, fakeFeed, minute, now, wallNow } from './fixture.ts';
import { openTerminal } from './terminal.ts';

// Ink patches the console by way of this class, which the console of the test runner lacks.
Object.assign(console, { Console });

let screen: Screen | undefined;
let terminal: ReturnType<typeof openTerminal>;
let intents: Intent[];
beforeEach(async () => {
  terminal = openTerminal({ columns: 100, rows: 30 });
  intents = [];
  const { stdin, stdout, emulator } = terminal;
  // What is on view is asked for without a key.
  const act = (intent: Intent) => {
    if (intent.type !== 'detail' && intent.type !== 'talk') intents.push(intent);
  };
  screen = mountScreen({ feed: fakeFeed(busy, minute), act, now, wallNow, stdin, stdout });
  await emulator.until((grid) => grid.join('\n').includes('quit') && emulator.modes().bracketedPaste);
});
afterEach(() => screen?.unmount());

const send = (bytes: string | readonly number[]) => terminal.stdin.push(Buffer.from(bytes));
const toList = async () => {
  send('\x1b');
  await terminal.emulator.until('┤ Connections ├');
};

describe('with the list in focus, where letters are keys', () => {
  it('answers and reports of the terminal do nothing', async () => {
    await toList();
    const before = terminal.emulator.grid();
    send(
      '\x1bP1$r0 q\x1b\\\x1b]11;rgb:1414/1919/1f1f\x1b\\\x1b[M #q\x1b[<0;12;7M\x1b[12;40R\x1b[?62;4c\x1b[I\x1b_q\x07',
    );
    send('\x1b]11;rgb:14');
    send('14/q\x1b');
    send('\\r');
    await expect.poll(() => intents).toEqual([{ type: 'reconnect' }]);
    expect(terminal.emulator.grid()).toEqual(before);
  });

  it('a sequence whose rest is late is no key and no text', async () => {
    await toList();
    send('\x1b[200');
    await delay(100);
    send('~q\r/clear\r\x1b[201~');
    await terminal.emulator.until('› q⏎/clear⏎');
    expect(intents).toEqual([]);
  });
});

it('Ctrl-C quits in a paste that never ends, pressed again and again', async () => {
  send('\x1b[200~abc');
  const pressing = setInterval(() => send('\x03'), 200);
  await expect.poll(() => intents).toContainEqual({ type: 'quit' });
  clearInterval(pressing);
  await terminal.emulator.until('› abc');
});

it('Ctrl-C quits at once in an answer that never ends', async () => {
  send('\x1b]52;c;');
  send('\x03');
  await expect.poll(() => intents, { timeout: 1_500 }).toEqual([{ type: 'quit' }]);
});

it('bytes that are not UTF-8 are shown, and sent as they are, typed and pasted', async () => {
  send([0xe4, 0x41]);
  await terminal.emulator.until('› \\xE4A');
  send('\x1b[200~');
  send([0xff, 0x5c]);
  send('\x1b[201~');
  await terminal.emulator.until('› \\xE4A\\xFF\\\\');
  send('\r');
  await expect
    .poll(() => intents.find(({ type }) => type === 'send'))
    .toEqual({ type: 'send', bytes: Uint8Array.of(0xe4, 0x41, 0xff, 0x5c) });
});

it('Ctrl-L draws all anew over what another program has written', async () => {
  const before = terminal.emulator.grid();
  await terminal.emulator.write('\x1b[2J\x1b[5;5Hmail for you\x1b[?2004l');
  send('\x0c');
  await terminal.emulator.until((grid) => grid.join('\n') === before.join('\n'));
  await expect.poll(() => terminal.emulator.modes().bracketedPaste).toBe(true);
  send('still here');
  await terminal.emulator.until('› still here');
});
