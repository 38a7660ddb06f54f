import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { parse } from '../../src/commands/command-line.ts';
import { parsed, printed } from './parsed.ts';
import { promises } from './random-lines.ts';

const loopback = (port: number) => ({ transport: 'tcp', host: '127.0.0.1', port });
const mistake = (...args: string[]): string => {
  const invocation = parse(args);
  if (invocation.type !== 'usage-error') throw new Error(`taken for right: ${JSON.stringify(invocation)}`);
  expect(invocation.message, 'one line').not.toMatch(/[\r\n]/);
  return invocation.message;
};

describe('the console command', () => {
  const defaults = {
    command: 'console',
    discipline: 'chunk',
    backlog: 511,
    threads: 1,
    maxConnections: 10_000,
    maxBufferBytes: 16 * 2 ** 20,
    // A quarter of what this process may have.
    maxMemoryBytes: Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 4),
    idleTimeoutMs: null,
    noDelay: true,
    recordBytes: 64 << 20,
    allow: [],
    deny: [],
    graceMs: 2000,
  };

  it.each([[[]], [['console']], [['--']]])('listens where nobody named an endpoint: %j', (args) => {
    expect(parsed(args)).toEqual({ ...defaults, endpoints: [loopback(8080)], named: false });
  });

  it.each([[['9000', '[::1]:0']], [['console', '9000', '[::1]:0']], [['9000', '--', '[::1]:0']]])(
    'takes endpoints in the order of the command line: %j',
    (args) => {
      const endpoints = [loopback(9000), { transport: 'tcp', host: '::1', port: 0 }];
      expect(parsed(args)).toEqual({ ...defaults, endpoints, named: true });
    },
  );

  it('knows a port that was named from the same one by default', () => {
    expect(parsed(['8080'])).toEqual({ ...defaults, endpoints: [loopback(8080)], named: true });
  });

  it('takes options before, between and after endpoints', () => {
    const args = ['--backlog', '64', '9000', '--max-connections=3', '9001', '--echo', 'chunk'];
    const endpoints = [loopback(9000), loopback(9001)];
    expect(parsed(args)).toEqual({ ...defaults, endpoints, named: true, backlog: 64, maxConnections: 3 });
  });

  it('takes port 0 as often as it is given: each is another free port', () => {
    expect(parsed([':0', '0'])).toMatchObject({ endpoints: [loopback(0), loopback(0)] });
  });

  it('takes endpoints of either transport, even on one port', () => {
    const endpoints = [loopback(9000), { ...loopback(9000), transport: 'udp' }];
    expect(parsed(['9000', 'udp://:9000'])).toEqual({ ...defaults, endpoints, named: true });
  });

  it.each([
    [['--echo', 'line'], { discipline: 'line' }],
    [['--echo=eof'], { discipline: 'eof' }],
    [['--threads', '4'], { threads: 4 }],
    [['--max-buffer', '64KiB'], { maxBufferBytes: 65_536 }],
    [['--max-memory', '2GiB'], { maxMemoryBytes: 2 * 2 ** 30 }],
    [['--record-memory', '0'], { recordBytes: 0 }],
    [['--idle-timeout', '500ms'], { idleTimeoutMs: 500 }],
    [['--grace', '1m'], { graceMs: 60_000 }],
    [['--allow', '10.0.0.0/8', '--allow=::1'], { allow: ['10.0.0.0/8', '::1'] }],
    [['--deny', 'fd00::/8'], { deny: ['fd00::/8'] }],
  ])('%j', (args, options) => {
    expect(parsed([':0', ...args])).toEqual({ ...defaults, endpoints: [loopback(0)], named: true, ...options });
  });

  it('cannot be changed afterwards', () => {
    const invocation = parse([]);
    expect(invocation.type === 'run' && Object.isFrozen(invocation.options)).toBe(true);
  });
});

describe('a mistake names the option and what to do', () => {
  it.each([
    [['--bakclog', '3'], '--bakclog is not an option; did you mean --backlog?'],
    [['--ehco', 'chunk'], '--ehco is not an option; did you mean --echo?'],
    [['--max', '5'], '--max is not an option; did you mean --max-connections?'],
    [['--verison'], '--verison is not an option; did you mean --version?'],
    [['-'], '- is not an endpoint; write [tcp://|udp://][host]:port, :port or port'],
    [['9000', '-'], '- is not an endpoint; write [tcp://|udp://][host]:port, :port or port'],
    [['--endpoint=9000'], '--endpoint is not an option; write the endpoint without it'],
    [['--message', '9000'], '--message is not an option; leave it out'],
    [['--zap'], '--zap is not an option; leave it out'],
    [['-x'], '-x is not an option; leave it out'],
    [['--no-echo'], '--no-echo is not an option; did you mean --echo?'],
    [['--constructor'], '--constructor is not an option; leave it out'],
    [['--backlog'], '--backlog needs a value'],
    [['--backlog', '--echo', 'chunk'], '--backlog needs a value'],
    [['--backlog', '0'], "--backlog takes a whole number from 1 to 2147483647, not '0'"],
    [['--backlog', '-5'], "--backlog takes a whole number from 1 to 2147483647, not '-5'"],
    [['--backlog', '1e3'], "--backlog takes a whole number from 1 to 2147483647, not '1e3'"],
    [['--max-connections='], "--max-connections takes a whole number from 1 to 1000000, not ''"],
    [['--threads', '0'], "--threads takes a whole number from 1 to 64, not '0'"],
    [['--threads', 'x'], "--threads takes a whole number from 1 to 64, not 'x'"],
    [['--threads', '65'], "--threads takes a whole number from 1 to 64, not '65'"],
    [['--threads'], '--threads needs a value'],
    [['--thraeds', '2'], '--thraeds is not an option; did you mean --threads?'],
    [['--backlog', '1', '--backlog', '2'], '--backlog was given 2 times; give it once'],
    [['--echo', 'loud'], '--echo "loud" is not known; use chunk, line, eof, none'],
    [['--max-memory', '1000'], "--max-memory takes at least 1MiB, not '1000'"],
    [['--max-buffer', 'much'], '--max-buffer: "much" is not a size; write it as 512, 64KiB, 1MiB or 10MB'],
    [['--nodelay'], '--nodelay needs a value'],
    [['--nodelay', 'yes'], '--nodelay "yes" is not known; use on, off'],
    [['--grace', '1s', '--grace', '2s'], '--grace was given 2 times; give it once'],
    [['--allow', '10.0.0.0/33'], "--allow: '10.0.0.0/33' is no network; write 192.168.0.0/16, fd00::/8 or one address"],
    [['--allow', 'fe80::1%eth0/64'], "--allow: 'fe80::1%eth0/64' has a zone; write it without, fe80::1/64"],
    [['--deny', 'here'], "--deny: 'here' is no network; write 192.168.0.0/16, fd00::/8 or one address"],
    [['9000', '127.0.0.1:9000'], 'tcp://127.0.0.1:9000 was given twice; give each endpoint once'],
  ])('%j', (args, message) => {
    expect(mistake(...args)).toBe(message);
  });

  it.each([
    [['zzz'], 'shell "zzz" is not known; use bash, zsh, fish'],
    [['bash', 'zsh'], "'zsh' is one word too many; completion takes one shell"],
    [['bash', '--', 'zsh'], "'zsh' is one word too many; completion takes one shell"],
  ])('completion %j', (args, message) => {
    expect(mistake('completion', ...args)).toBe(message);
  });

  it.each(['', 'nonsense', ':99999', '-5', '::1:8080', 'ftp://:21'])('an endpoint that is none: %j', (endpoint) => {
    expect(mistake('9000', endpoint)).toContain(`"${endpoint}"`);
  });

  it('stays on one line, harmless, whatever was typed', () => {
    expect(mistake('--echo', 'a\nb\x1b[31m')).toMatch(/^--echo "a\\nb\\x1B\[31m" is not known/);
    expect(mistake('--echo=a\nb')).toMatch(/^--echo "a\\nb" is not known/);
  });
});

describe('help and version', () => {
  it.each([[['-h']], [['--help']], [['console', '-h']], [['9000', '--help']], [['--bakclog', '-h']]])(
    'starts with examples: %j',
    (args) => {
      const text = printed(...args);
      expect(text).toMatch(/^Examples:\n {2}echoscope /);
      const server = [
        '--echo',
        '--backlog',
        '--threads',
        '--max-connections',
        '--max-buffer',
        '--max-memory',
        '--record-memory',
        '--idle-timeout',
        '--nodelay',
        '--grace',
      ];
      for (const option of ['[endpoint..]', ...server, '--allow', '--deny', '--help', '--version']) {
        expect(text).toContain(option);
      }
    },
  );

  it('fits a terminal of 80 columns', () => {
    expect(
      Math.max(
        ...printed('--help')
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it.each(['-v', '--version'])('%s is the version alone', (option) => {
    expect(printed(option)).toBe(manifest.version);
  });
});

describe('any command line', () => {
  // `many.test.ts` has a hundred thousand.
  it.each(promises)('$name', ({ check }) => check(500));
});

describe('words', () => {
  it('help is a word, and asks for help where a command may stand', () => {
    expect(parsed(['send', 'help'])).toMatchObject({ command: 'send', words: ['help'] });
    expect(parsed(['send', 'one', 'help'])).toMatchObject({ words: ['one', 'help'] });
    expect(mistake('bench', 'help')).toBe("'help' is one word too many; name the server with --to");
    expect(printed('help')).toBe(printed('--help'));
    expect(printed('help', 'send')).toBe(printed('send', '--help'));
    expect(mistake('help', 'me')).toBe("'me' is not a command; there are console, serve, send, bench, completion");
  });

  it.each([
    ['serv', 'serve'],
    ['Serve', 'serve'],
    ['sevre', 'serve'],
    ['sned', 'send'],
    ['bnech', 'bench'],
    ['consol', 'console'],
    ['complete', 'completion'],
    ['hlep', 'help'],
  ])('%s is nearly a command: it asks whether %s was meant', (word, command) => {
    const message = `"${word}" is neither a command nor an endpoint; did you mean ${command}?`;
    expect(mistake(word)).toBe(message);
    expect(mistake(word, '--json', '9000')).toBe(message);
  });

  it('a host without a port is told what it lacks, and one with a port is no command', () => {
    expect(mistake('localhost')).toBe('endpoint "localhost": no port; write it after the host: localhost:8080');
    expect(parsed(['serv:9000'])).toMatchObject({ command: 'console', endpoints: [{ host: 'serv', port: 9000 }] });
  });

  it.each(['---', '-----'])('%s is sent as it is, and is no endpoint', (dashes) => {
    expect(parsed(['send', dashes])).toMatchObject({ words: [dashes] });
    expect(parsed(['send', 'a', dashes, 'b', '--', dashes])).toMatchObject({ words: ['a', dashes, 'b', dashes] });
    expect(mistake('serve', dashes)).toContain(`endpoint "${dashes}": "${dashes}" is not a host`);
  });

  it.each(['-1:2', '-----BEGIN', '-x', '--_', '--$0=1', '--=x', '---=', '-é'])('%s goes behind --', (word) => {
    expect(mistake('send', word)).toBe(
      `${word.replace(/=1$/, '')} is not an option; put words that begin with a dash after --`,
    );
    expect(parsed(['send', '--', word])).toMatchObject({ words: [word] });
  });

  it('true behind a flag is a word', () => {
    expect(parsed(['send', '--expect-echo', 'true'])).toMatchObject({ expectEcho: true, words: ['true'] });
  });
});
