import { describe, expect, it } from 'vitest';
import { parsed, printed } from '../parsed.ts';

const target = { transport: 'tcp', host: '127.0.0.1', port: 8080 };
const defaults = {
  command: 'bench',
  endpoint: target,
  mode: 'pingpong',
  connections: 64,
  threads: 1,
  size: 64,
  durationMs: 5000,
  noHalfClose: false,
  json: false,
};

describe('the bench command', () => {
  it.each([
    [[], {}],
    [['--to', '9000'], { endpoint: { ...target, port: 9000 } }],
    [['--to=udp://[::1]:7'], { endpoint: { transport: 'udp', host: '::1', port: 7 } }],
    [['--to', 'udp://:7', '--size', '65507'], { endpoint: { ...target, transport: 'udp', port: 7 }, size: 65_507 }],
    [['--mode', 'stream', '--size=64KiB', '--connections', '8'], { mode: 'stream', size: 65_536, connections: 8 }],
    [['--mode=connect', '--duration', '300ms'], { mode: 'connect', durationMs: 300 }],
    [['--size', '16MiB'], { size: 2 ** 24 }],
    [['--threads', '2'], { threads: 2 }],
    [['--threads=64', '--connections', '64'], { threads: 64 }],
    [['--mode', 'connect', '--no-half-close'], { mode: 'connect', noHalfClose: true }],
    [['--json'], { json: true }],
    [['--json', '--json'], { json: true }],
  ])('%j', (args, wanted) => {
    expect(parsed(['bench', ...args])).toEqual({ ...defaults, ...wanted });
  });

  it.each([
    [['9000'], "'9000' is one word too many; name the server with --to"],
    [['--', '9000'], "'9000' is one word too many; name the server with --to"],
    [['-'], "'-' is one word too many; name the server with --to"],
    [['--to', ':0'], '--to :0: nothing can listen on port 0; name the port of the server'],
    [['--mode', 'burst'], '--mode "burst" is not known; use pingpong, stream, connect'],
    [['--connections', '0'], "--connections takes a whole number from 1 to 1000000, not '0'"],
    [['--threads', '65'], "--threads takes a whole number from 1 to 64, not '65'"],
    [
      ['--threads', '3', '--connections', '2'],
      '--threads 3 is more than --connections 2; each thread needs one at least',
    ],
    [['--size', '0'], "--size takes 1 byte to 16MiB, not '0'"],
    [['--size', '17MiB'], "--size takes 1 byte to 16MiB, not '17MiB'"],
    [['--size', 'big'], '--size: "big" is not a size; write it as 512, 64KiB, 1MiB or 10MB'],
    [['--size', '1', '--size', '2'], '--size was given 2 times; give it once'],
    [['--duration', '5'], '--duration: "5" is not a time; write it with its unit, as 500ms, 30s or 5m'],
    [['--duration', '0s'], '--duration takes a time above zero, such as 1s'],
    [['--to', 'udp://:7', '--mode', 'stream'], '--mode stream needs tcp; over udp there is pingpong alone'],
    [['--to', 'udp://:7', '--mode', 'connect'], '--mode connect needs tcp; over udp there is pingpong alone'],
    [
      ['--to', 'udp://:7', '--size', '65508'],
      '--size 65508 is more than a datagram carries; over udp give at most 65507',
    ],
    [['--no-half-close'], '--no-half-close needs --mode connect; the other modes never half-close'],
    [['--json=yes'], "--json is given or left out; it takes no value 'yes'"],
    [['--conections', '4'], '--conections is not an option; did you mean --connections?'],
    [['--echo', 'line'], '--echo is not an option; leave it out'],
  ])('refuses %j', (args, message) => {
    expect(parsed(['bench', ...args])).toEqual({ type: 'usage-error', message });
  });

  it('says in its help how much it can ask for, in lines of 80', () => {
    const text = printed('bench', '--help');
    expect(text).toMatch(/one thread got.* 112,000 round trips\/s .*11,000 connections\/s.*GB\/s .*2 threads/s);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('starts its help with examples', () => {
    expect(printed('bench', '--help')).toMatch(/^Examples:\n {2}echoscope bench/);
  });
});
