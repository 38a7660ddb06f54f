import { describe, expect, it } from 'vitest';
import { parsed, printed } from '../parsed.ts';

const target = { transport: 'tcp', host: '127.0.0.1', port: 8080 };
const defaults = {
  command: 'send',
  endpoint: target,
  words: [],
  timeoutMs: 5000,
  expectEcho: false,
  noHalfClose: false,
  escapes: false,
  eol: 'none',
};

describe('the send command', () => {
  it.each([
    [[], {}],
    [['-'], {}],
    [['hello'], { words: ['hello'] }],
    [['hello', '--to', '9000', 'world'], { words: ['hello', 'world'], endpoint: { ...target, port: 9000 } }],
    [['--expect-echo', 'hello'], { words: ['hello'], expectEcho: true }],
    [['--', '--expect-echo=maybe'], { words: ['--expect-echo=maybe'] }],
    [['--expect-echo', '--expect-echo'], { expectEcho: true }],
    [['--timeout', '300ms'], { timeoutMs: 300 }],
    [['--to=udp://[::1]:7'], { endpoint: { transport: 'udp', host: '::1', port: 7 } }],
    [[''], { words: [''] }],
    [['007', '1e3', '-5', '"q"', "'q'", ' a  b '], { words: ['007', '1e3', '-5', '"q"', "'q'", ' a  b '] }],
    [['--', '-x', '--to', '-', 'a'], { words: ['-x', '--to', '-', 'a'] }],
    [['--no-half-close', 'a'], { words: ['a'], noHalfClose: true }],
    [['--escapes', 'a\\n', '--eol=crlf'], { words: ['a\\n'], escapes: true, eol: 'crlf' }],
    [['a\\q'], { words: ['a\\q'] }],
    [['send', 'console'], { words: ['send', 'console'] }],
  ])('%j', (args, wanted) => {
    expect(parsed(['send', ...args])).toEqual({ ...defaults, ...wanted });
  });

  it.each([
    [['--to'], '--to needs a value'],
    [['--to', '0'], '--to 0: nothing can listen on port 0; name the port of the server'],
    [['--to', 'nowhere'], '--to: endpoint "nowhere": no port; write it after the host: nowhere:8080'],
    [['--to', '1', '--to', '2'], '--to was given 2 times; give it once'],
    [['--timeout', '5'], '--timeout: "5" is not a time; write it with its unit, as 500ms, 30s or 5m'],
    [['--timeout', '0s'], '--timeout takes a time above zero, such as 1s'],
    [['--timeout', '0.4ms'], '--timeout takes a time above zero, such as 1s'],
    [['--expcet-echo'], '--expcet-echo is not an option; did you mean --expect-echo?'],
    [['--expect-echo=maybe'], "--expect-echo is given or left out; it takes no value 'maybe'"],
    [['--eol', 'cr'], '--eol "cr" is not known; use none, lf, crlf'],
    [
      ['--escapes', 'ok', 'a\\q'],
      "--escapes: 'a\\q', at 2: no such escape; write \\\\ for a backslash, or \\n \\r \\t \\0 \\xHH \\u{…}",
    ],
    [['--no-half-close', '--to', 'udp://:7', 'a'], '--no-half-close needs tcp; a datagram has no end to leave open'],
    [['--backlog', '5'], '--backlog is not an option; leave it out'],
    [['--message', 'hello'], '--message is not an option; write the message without it'],
    [['1', '-', '1'], '- alone is stdin; to send a dash put the words after --, and the options before'],
  ])('refuses %j', (args, message) => {
    expect(parsed(['send', ...args])).toEqual({ type: 'usage-error', message });
  });

  it.each(['-h', '--help'])('%s starts with examples of its own and fits 80 columns', (option) => {
    const text = printed('send', option);
    expect(text).toMatch(/^Examples:\n {2}echoscope send /);
    for (const part of ['[message..]', '--to', '--timeout', '--expect-echo', '--no-half-close', '--escapes', '--eol'])
      expect(text).toContain(part);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
