import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTerminal, type Terminal } from '../support/terminal/pty.ts';
import { echo, serveTcp, serveUdp } from './send-run.ts';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const silentMs = 1500;

const open = (to: string): Terminal => {
  const args = [program, 'send', '--to', to, '--timeout', `${silentMs}ms`];
  const terminal = openTerminal({ command: process.execPath, args });
  onTestFinished(() => terminal.close());
  return terminal;
};

/** Waits for the answer to a line, then longer than any peer may be silent. */
const think = async (terminal: Terminal, answered: RegExp): Promise<void> => {
  await terminal.until(answered);
  await new Promise((resolve) => setTimeout(resolve, 1.2 * silentMs));
};

describe('send in a terminal', () => {
  it.each([
    ['TCP', () => serveTcp(echo)],
    ['UDP', () => serveUdp((datagram) => [datagram])],
  ])('leaves whoever types all the time they want, until Ctrl-D: %s', async (_transport, serve) => {
    const terminal = open(await serve());
    await terminal.type('one\r');
    await think(terminal, /one\s+one/);
    await terminal.type('two\r');
    await think(terminal, /two\s+two/);
    await terminal.press('ctrl-d');
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
  });

  it('ends when the peer has finished: nothing more can come', async () => {
    const terminal = open(await serveTcp((socket) => socket.once('data', () => socket.end('bye\r\n'))));
    await terminal.type('hello\r');
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
    expect(terminal.text()).toContain('bye');
  });

  it('ends with status 130 after Ctrl-C', async () => {
    const terminal = open(await serveTcp(echo));
    await terminal.type('hello\r');
    await terminal.until(/hello\s+hello/);
    await terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({ status: 130, signal: null });
  });
});
