import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoted, replayCommandsOf } from '../../src/model/replay-commands.ts';
import { connection } from '../screen/fixture.ts';

const commands = (...row: Parameters<typeof connection>) =>
  replayCommandsOf(connection(...row)).map(({ command }) => command);

describe('a command that plays a peer again', () => {
  it('stays open where the peer did not half-close', () => {
    expect(commands(1)).toEqual([
      'nc 127.0.0.1 8080',
      'ncat --no-shutdown 127.0.0.1 8080',
      'socat -,ignoreeof TCP4:127.0.0.1:8080',
      "bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080; cat <&3 & cat >&3; wait'",
    ]);
  });

  it('half-closes at the end of its input where the peer did so first', () => {
    const row = connection(1, { at: { finReceived: 5, finSent: 6, close: 7 } });
    expect(replayCommandsOf(row).map(({ command }) => command)).toEqual([
      'nc -N 127.0.0.1 8080',
      'ncat 127.0.0.1 8080',
      'socat -t 30 - TCP4:127.0.0.1:8080',
      "bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080; cat <&3 & cat >&3; wait'",
    ]);
    expect(replayCommandsOf(row).map(({ remark }) => remark)).toEqual([
      null,
      null,
      null,
      'bash cannot half-close: Ctrl-C closes both ways',
    ]);
  });

  it('does not where we were first', () => {
    expect(commands(1, { at: { finSent: 5, finReceived: 6 } })[0]).toBe('nc 127.0.0.1 8080');
  });

  it('knows IPv6', () => {
    expect(commands(1, { local: '[::1]:9000', at: { finReceived: 5 } })).toEqual([
      'nc -N ::1 9000',
      'ncat ::1 9000',
      "socat -t 30 - 'TCP6:[::1]:9000'",
      "bash -c 'exec 3<>/dev/tcp/::1/9000; cat <&3 & cat >&3; wait'",
    ]);
    expect(commands(1, { local: '[fe80::1%eth0]:9000' })[0]).toBe('nc fe80::1%eth0 9000');
  });

  it('knows UDP, which has nothing to half-close', () => {
    expect(commands(1, { transport: 'udp', local: '[::1]:9000', at: { finReceived: 5 } })).toEqual([
      'nc -u ::1 9000',
      'ncat -u ::1 9000',
      "socat -,ignoreeof 'UDP6:[::1]:9000'",
      "bash -c 'exec 3<>/dev/udp/::1/9000; cat <&3 & cat >&3; wait'",
    ]);
  });

  it('goes over loopback to a listener on every address', () => {
    expect(commands(1, { local: '0.0.0.0:9000' })[0]).toBe('nc 127.0.0.1 9000');
    expect(commands(1, { local: '[::]:9000', peer: '[2001:db8::1]:5' })[0]).toBe('nc ::1 9000');
    expect(commands(1, { local: '[::ffff:127.0.0.1]:9000' })[0]).toBe('nc 127.0.0.1 9000');
  });

  it.each(['127.0.0.1:53001', '192.168.1.9:53001', '[::ffff:127.0.0.1]:53001'])(
    'speaks IPv4 where the IPv4 peer %s came to a listener on every address of both families',
    (peer) => {
      const [nc, , socat] = commands(1, { transport: 'udp', local: '[::]:9000', peer });
      expect([nc, socat]).toEqual(['nc -u 127.0.0.1 9000', 'socat -,ignoreeof UDP4:127.0.0.1:9000']);
    },
  );

  it('is not there where our own end is not known', () => {
    expect(commands(1, { local: '?' })).toEqual([]);
    expect(commands(1, { local: '$(reboot):1' })).toEqual([]);
    expect(commands(1, { local: '[::1%$(reboot)]:1' })).toEqual([]);
  });

  it('has nothing of the peer in it', () => {
    const peer = "';$(reboot)\x1b]52;c;eA==\x07:1";
    expect(commands(1, { peer })).toEqual(commands(2));
  });
});

describe('a quoted word', () => {
  it('reaches the program as it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((word) => !word.includes('\0') && word.isWellFormed()),
        (word) => {
          const said = execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' });
          expect(said).toBe(word);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is as it is where nothing in it is special', () => {
    expect(['127.0.0.1', '::1', '-N', 'a b', "it's", ''].map(quoted)).toEqual([
      '127.0.0.1',
      '::1',
      '-N',
      "'a b'",
      "'it'\\''s'",
      "''",
    ]);
  });
});
