import { describe, expect, it } from 'vitest';
import { parsed, printed } from '../parsed.ts';

const loopback = (port: number) => ({ transport: 'tcp', host: '127.0.0.1', port });

describe('the command line of serve', () => {
  const usual = { command: 'serve', json: false, data: 'none', statsMs: null };

  it('has the same server options as the console, and prints no data by default', () => {
    expect({ named: false, ...parsed(['serve']) }).toEqual({ ...parsed(['console']), ...usual });
  });

  it('takes endpoints of either transport, and options on either side of them', () => {
    const udp = { transport: 'udp', host: '::1', port: 0 };
    expect(
      parsed(['serve', '--json', '9000', 'udp://[::1]:0', '--stats', '1s', '--data=hex', '--', ':0']),
    ).toMatchObject({
      ...usual,
      endpoints: [loopback(9000), udp, loopback(0)],
      json: true,
      statsMs: 1000,
      data: 'hex',
    });
  });

  it('takes every option of the server', () => {
    const server =
      '--echo eof --backlog 3 --max-connections 4 --max-buffer 5kB --max-memory 6MB --record-memory 6MiB --idle-timeout 6s --nodelay off --grace 7ms';
    const access = '--allow 10.0.0.0/8 --allow ::1 --deny 10.1.0.0/16';
    expect(parsed(['serve', ...server.split(' '), ...access.split(' ')])).toMatchObject({
      discipline: 'eof',
      backlog: 3,
      maxConnections: 4,
      maxBufferBytes: 5000,
      maxMemoryBytes: 6_000_000,
      recordBytes: 6 << 20,
      idleTimeoutMs: 6000,
      noDelay: false,
      graceMs: 7,
      allow: ['10.0.0.0/8', '::1'],
      deny: ['10.1.0.0/16'],
    });
  });

  it.each([
    ['--json=true', true],
    ['--json=false', false],
  ])('takes %s', (flag, json) => {
    expect(parsed(['serve', flag])).toMatchObject({ json });
  });

  it('accepts a flag that is given twice', () => {
    expect(parsed(['serve', '--json', '--json'])).toMatchObject({ json: true });
  });

  it.each([
    [['--data', 'hex', '--record-memory', '0'], '--data shows what the recorder has: give --record-memory more than 0'],
    [['--data', 'all'], '--data "all" is not known; use none, text, hex, base64'],
    [['--data', 'hex', '--data', 'text'], '--data was given 2 times; give it once'],
    [['--stats', '5'], '--stats: "5" is not a time; write it with its unit, as 500ms, 30s or 5m'],
    [['--stats', '0s'], '--stats takes a time above zero, such as 1s'],
    [['-'], '- is not an endpoint; write [tcp://|udp://][host]:port, :port or port'],
    [['--json=no'], "--json is given or left out; it takes no value 'no'"],
    [['--json', '--json='], "--json is given or left out; it takes no value ''"],
    [['--stats'], '--stats needs a value'],
    [['--jsno'], '--jsno is not an option; did you mean --json?'],
    [['9000', ':9000'], 'tcp://127.0.0.1:9000 was given twice; give each endpoint once'],
  ])('%j is a mistake', (args, message) => {
    expect(parsed(['serve', ...args])).toEqual({ type: 'usage-error', message });
  });

  it('--help starts with examples of its own, and fits 80 columns', () => {
    const text = printed('serve', '--help');
    expect(text).toMatch(/^Examples:\n {2}echoscope serve /);
    for (const option of ['--json', '--data', '--stats', '--grace', '--echo']) expect(text).toContain(option);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
