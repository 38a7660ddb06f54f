import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxCommand, quoted, replayCommandsOf } from '../../src/model/replay-commands.ts';
import { connection } from '../screen/fixture.ts';

const silent = { parts: [], length: 0, missing: 0 };

const commands = (...row: Parameters<typeof connection>) =>
  replayCommandsOf(connection(...row), silent).map(({ command }) => command);

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
    expect(replayCommandsOf(row, silent).map(({ command }) => command)).toEqual([
      'nc -N 127.0.0.1 8080',
      'ncat 127.0.0.1 8080',
      'socat -t 30 - TCP4:127.0.0.1:8080',
      "bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080; cat <&3 & cat >&3; wait'",
    ]);
    expect(replayCommandsOf(row, silent).map(({ remark }) => remark)).toEqual([
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

  it('has nothing of the peer in it but what it said', () => {
    const peer = "';$(reboot)\x1b]52;c;eA==\x07:1";
    expect(commands(1, { peer })).toEqual(commands(2));
  });
});

/** What a peer said, in so many messages, and the row that counts it. */
const saying = (parts: readonly Uint8Array[], changes: Parameters<typeof connection>[1] = {}) => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return replayCommandsOf(connection(1, { bytesIn: length, ...changes }), { parts, length, missing: 0 });
};

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const hostile = Buffer.from("-n'; $(reboot) `id` %s %d \\\\ \\x41 !! \\0551 \\c \x1b]52;c;eA==\x07\0 안녕\r\n");

describe('a command that says what the peer said', () => {
  it('has the bytes as a format of printf, and as escapes of our own send', () => {
    const [nc, , , , own] = saying([Buffer.from('GET /\r\n'), Buffer.from("it's 100%")], { at: { finReceived: 5 } });
    expect(nc?.command).toBe("printf 'GET /\\r\\nit\\047s 100%%' | nc -N 127.0.0.1 8080");
    expect(own?.command).toBe("echoscope send --escapes --to tcp://127.0.0.1:8080 -- 'GET /\\r\\nit\\x27s 100%'");
  });

  it('sends each datagram of a UDP peer alone', () => {
    const [nc, , , , own] = saying([Buffer.from('a'), Buffer.from('b')], { transport: 'udp' });
    expect(nc?.command).toBe("{ printf 'a'; sleep 0.1; printf 'b'; } | nc -u 127.0.0.1 8080");
    expect(own?.command).toBe("echoscope send --escapes --to udp://127.0.0.1:8080 -- 'a' 'b'");
  });

  it.each([
    ['every byte', everyByte],
    ['what a shell would act on', hostile],
    ['a dash in front', Buffer.from('-- -e')],
  ])('reaches a server through a real shell byte for byte: %s', async (_name, bytes) => {
    for (const shell of ['sh', 'bash']) {
      const server = createServer({ allowHalfOpen: true });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const [, , , viaBash] = saying([bytes], { local: `127.0.0.1:${port}` });
      const child = spawn(shell, ['-c', viaBash?.command ?? ''], { stdio: 'ignore' });
      const [socket] = await once(server, 'connection');
      const got: Buffer[] = [];
      let length = 0;
      for await (const chunk of socket) {
        got.push(chunk);
        length += chunk.length;
        if (length >= bytes.length) break;
      }
      expect(Buffer.concat(got).equals(bytes)).toBe(true);
      socket.destroy();
      server.close();
      if (child.exitCode === null) await once(child, 'exit');
    }
  });

  it('says what does not fit, and reads it from a file in its place', () => {
    const long = saying([Buffer.alloc(5000, 'x')], { at: { finReceived: 5 } });
    expect(long[0]).toEqual({
      tool: 'nc',
      command: 'nc -N 127.0.0.1 8080 < peer.bin',
      remark: 'its 5,000 B do not fit in a command of 4,000 characters: first /save-bytes in peer.bin',
    });
    // Escapes count as they are written: each of these bytes takes four characters.
    expect(saying([Buffer.alloc(1100, 1)])[0]?.command).toBe('nc 127.0.0.1 8080 < peer.bin');
    const short = saying([Buffer.alloc(900, 1)]).map(({ command }) => command.length);
    expect(short).toHaveLength(5);
    expect(Math.max(...short)).toBeLessThanOrEqual(maxCommand);
  });

  it('says what is not kept, and never sends a part for the whole', () => {
    const [nc] = replayCommandsOf(connection(1, { bytesIn: 9 }), { parts: [everyByte], length: 7, missing: 2 });
    expect(nc?.command).toBe('nc 127.0.0.1 8080');
    expect(nc?.remark).toBe('sends what you type: of its 9 B 7 B are kept');
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
