import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CommandError,
  commands,
  complete,
  isCommand,
  messageOf,
  parseCommand,
  suggestion,
} from '../../../src/model/chat/prompt-commands.ts';

const problem = (text: string): string => {
  try {
    return JSON.stringify(parseCommand(text));
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
};

describe('a command', () => {
  it.each([
    ['/connect', { type: 'connect', endpoint: null }],
    ['/connect  udp://[::1]:9 ', { type: 'connect', endpoint: { transport: 'udp', host: '::1', port: 9 } }],
    ['/eof', { type: 'eof' }],
    ['/echo line', { type: 'echo', discipline: 'line' }],
    ['/eol crlf', { type: 'eol', eol: 'crlf' }],
    ['/send my file.bin', { type: 'send', path: 'my file.bin' }],
    ['/save a', { type: 'save', path: 'a', overwrite: false }],
    ['/save! a', { type: 'save', path: 'a', overwrite: true }],
    ['/repeat 3', { type: 'repeat', count: 3, everyMs: 100, message: null }],
    ['/repeat 3 every 1s', { type: 'repeat', count: 3, everyMs: 1000, message: null }],
    ['/repeat 10 every 500ms  hello ', { type: 'repeat', count: 10, everyMs: 500, message: ' hello ' }],
    ['/repeat 2 everyone', { type: 'repeat', count: 2, everyMs: 100, message: 'everyone' }],
    ['/repeat 2 a\nb', { type: 'repeat', count: 2, everyMs: 100, message: 'a\nb' }],
  ])('%s is read', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  it.each([
    ['/conect', '/conect: no such command; did you mean /connect?'],
    ['/', '/: no such command; /help lists them, and //… sends a slash'],
    ['/quit!', '/quit!: no such command; did you mean /quit?'],
    ['/\x1b[2J', '/\\x1B[2J: no such command; /help lists them, and //… sends a slash'],
    ['/quit now', '/quit takes no argument'],
    ['/echo twice', '/echo takes chunk, line, eof, none'],
    ['/connect :0', 'nothing can listen on port 0; name the port of the server'],
    ['/connect a:b:c', 'endpoint "a:b:c": put IPv6 in brackets: [::1]:8080'],
    ['/repeat', '/repeat takes a number from 1 to 100000'],
    ['/repeat 100001 x', '/repeat takes a number from 1 to 100000'],
    ['/repeat 3 every', '"" is not a time; write it with its unit, as 500ms, 30s or 5m'],
    ['/repeat 3 every one', '"one" is not a time; write it with its unit, as 500ms, 30s or 5m'],
    ['/repeat 3 every 1ms', 'every: the shortest time is 10ms'],
    ['/send', '/send takes a file, as /send notes.txt'],
    ['/send \uDCE4', '/send takes a file name in UTF-8'],
  ])('%j is refused in words', (text, words) => {
    expect(problem(text)).toBe(words);
  });

  it('is a command or a CommandError, whatever is typed', () => {
    const word = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...commands.map(({ name }) => name)));
    fc.assert(
      fc.property(word, fc.string({ unit: 'binary' }), (name, rest) => {
        expect(problem(`/${name} ${rest}`)).not.toBe('');
        expect(() => suggestion(`/${name} ${rest}`)).not.toThrow();
      }),
    );
  });

  it('begins with one slash; two begin a message with one', () => {
    expect([isCommand('/quit'), isCommand('//quit'), isCommand('quit')]).toEqual([true, false, false]);
    expect([messageOf('//quit'), messageOf('a//b')]).toEqual(['/quit', 'a//b']);
  });
});

describe('completion', () => {
  it.each([
    ['/', '/', 15],
    ['/c', '/c', 2],
    ['/co', '/connect ', 1],
    ['/e', '/e', 3],
    ['/eo', '/eo', 2],
    ['/q', '/quit', 1],
    ['/echo ', '/echo ', 4],
    ['/echo c', '/echo chunk', 1],
    ['/eol  c', '/eol  crlf', 1],
    ['/send x', '/send x', 0],
    ['/zzz', '/zzz', 0],
  ])('makes of %j %j, with %i candidates', (before, after, count) => {
    expect(complete(before)).toMatchObject({ text: after });
    expect(complete(before)?.candidates).toHaveLength(count);
  });

  it('leaves a message alone', () => {
    expect([complete('//c'), complete('c'), complete('')]).toEqual([null, null, null]);
  });

  it('says how the command is written once it is known', () => {
    expect(suggestion('/e')).toBe('/eof /echo /eol');
    expect(suggestion('/save x')).toMatch(/^\/save FILE {2}the chat to a new file/);
    expect(suggestion('/zz')).toBe('no such command; /help lists them');
    expect(suggestion('hello')).toBe('');
  });
});
