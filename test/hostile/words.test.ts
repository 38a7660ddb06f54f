import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/commands/command-line.ts';
import { explain } from '../../src/text/fault.ts';
import { builtProgram } from '../e2e/program.ts';
import { texts } from './corpus.ts';
import { breachesOf } from './stream.ts';

/** Every place on a command line that a message repeats what was typed there. */
const places: readonly ((word: string) => readonly string[])[] = [
  (word) => [word],
  (word) => ['serve', word],
  (word) => ['serve', `tcp://${word}:80`],
  (word) => [`${word}://host:80`],
  (word) => [`[${word}]:80`],
  (word) => [`host:${word}`],
  (word) => ['--', word],
  (word) => [`--${word}`],
  (word) => [`--${word}=1`],
  (word) => ['--echo', word],
  (word) => ['--backlog', word],
  (word) => ['--max-buffer', word],
  (word) => ['--idle-timeout', word],
  (word) => ['--allow', word],
  (word) => ['--deny', `10.0.0.0/${word}`],
  (word) => ['serve', '--data', word],
  (word) => ['serve', `--json=${word}`],
  (word) => ['send', 'hi', '--to', word],
  (word) => ['send', 'hi', '--timeout', word],
  (word) => ['send', `--message=${word}`],
  (word) => ['bench', '--mode', word],
  (word) => ['bench', '--size', word],
  (word) => ['bench', '--threads', word],
  (word) => ['bench', '--to', word],
  (word) => ['bench', word],
  (word) => ['completion', word],
  (word) => ['completion', 'bash', word],
];

const messageOf = (args: readonly string[]): string => {
  const invocation = parse(args);
  return invocation.type === 'usage-error' ? invocation.message : '';
};

describe('what was typed on the command line', () => {
  it('is text in the message that repeats it, whatever it was and wherever', () => {
    let messages = 0;
    for (const text of texts) {
      for (const place of places) {
        const message = messageOf(place(text));
        if (message !== '') messages += 1;
        expect(message).not.toContain('\n');
        expect(breachesOf(message), JSON.stringify(place(text))).toEqual([]);
      }
    }
    expect(messages).toBeGreaterThan(texts.length * 15);
  });

  it('is text for random words in random places', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...texts));
    fc.assert(
      fc.property(word, fc.constantFrom(...places), (text, place) => {
        expect(breachesOf(messageOf(place(text)))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is text on the terminal of the program as it is built, and one line of it', () => {
    const text = '\x1b]0;owned\x07\x1b[2J\u009b2J\u202e\r\nowned';
    for (const args of [[text], ['serve', `--${text}`], ['send', 'hi', '--to', text], ['bench', '--to', text]]) {
      const { status, stderr, stdout } = spawnSync(process.execPath, [builtProgram(), ...args], { encoding: 'utf8' });
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^echoscope: .*\n$/);
      expect(breachesOf(stderr.slice(0, -1))).toEqual([]);
    }
  });

  it('is text where it is the name of a host that does not exist', () => {
    // Letters and marks of any script may name a host; only the resolver knows that there is none.
    const host = `z${'\u0351'.repeat(30)}\u0489.invalid`;
    for (const command of [
      ['send', 'hi', '--to'],
      ['bench', '--duration', '1s', '--to'],
    ]) {
      const args = [builtProgram(), ...command, `${host}:80`];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stderr).toContain('host not found');
      expect(breachesOf(stderr.replaceAll('\n', '\r\n'))).toEqual([]);
    }
  });
});

describe('a fault', () => {
  it('is text, whatever the host, the peer, and the words of the system', () => {
    for (const text of texts) {
      const endpoint = { transport: 'udp', host: text, port: 1 } as const;
      const fault = { stage: 'recv', code: text, message: text, endpoint, peer: text } as const;
      expect(breachesOf(explain(fault))).toEqual([]);
      expect(breachesOf(explain({ ...fault, code: 'EADDRNOTAVAIL', stage: 'bind' }))).toEqual([]);
    }
  });
});
