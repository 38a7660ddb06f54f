import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EndpointError, formatEndpoint, hostPort, parseEndpoint, reachableHost } from '../../src/text/endpoint.ts';

describe('parseEndpoint', () => {
  test.each([
    ['8080', 'tcp://127.0.0.1:8080'],
    [':8080', 'tcp://127.0.0.1:8080'],
    [':0', 'tcp://127.0.0.1:0'],
    ['65535', 'tcp://127.0.0.1:65535'],
    ['localhost:80', 'tcp://localhost:80'],
    ['tcp://0.0.0.0:7', 'tcp://0.0.0.0:7'],
    ['udp://:9', 'udp://127.0.0.1:9'],
    ['udp://9', 'udp://127.0.0.1:9'],
    ['UDP://Host-1.example.:9', 'udp://Host-1.example.:9'],
    ['[::1]:8080', 'tcp://[::1]:8080'],
    ['udp://[::]:8080', 'udp://[::]:8080'],
    ['[fe80::1%eth0]:8080', 'tcp://[fe80::1%eth0]:8080'],
    ['münchen.example:80', 'tcp://münchen.example:80'],
  ])('%s is %s', (text, endpoint) => {
    expect(formatEndpoint(parseEndpoint(text))).toBe(endpoint);
  });

  test.each([
    ['', 'is empty'],
    ['local host:80', 'has a space in it'],
    ['::1', 'put IPv6 in brackets: [::1]:8080'],
    ['::1:8080', 'put IPv6 in brackets: [::1]:8080'],
    ['tcp://fe80::1', 'put IPv6 in brackets: [::1]:8080'],
    ['[::1]', 'no port; write it after the brackets'],
    ['[::1]8080', 'no port; write it after the brackets'],
    ['[::1]:', '"" is not a port'],
    ['[::1', 'no IPv6 address in the brackets'],
    ['[127.0.0.1]:80', 'no IPv6 address in the brackets'],
    ['localhost', 'no port; write it after the host: localhost:8080'],
    ['tcp://', 'no port; write it after the host: 127.0.0.1:8080'],
    ['localhost:', '"" is not a port'],
    ['localhost:http', '"http" is not a port'],
    [':-1', '"-1" is not a port'],
    [':65536', 'port 65536 is above 65535'],
    ['http://localhost:80', 'unknown scheme "http"; use tcp:// or udp://'],
    ['://localhost:80', 'unknown scheme ""'],
    ['tcp://localhost:80/', '"80/" is not a port'],
    ['a/b:80', '"a/b" is not a host'],
    ['user@host:80', '"user@host" is not a host'],
  ])('%j: %s', (text, advice) => {
    expect(() => parseEndpoint(text)).toThrow(EndpointError);
    expect(() => parseEndpoint(text)).toThrow(`endpoint "${text}": ${advice}`);
  });

  test('names text that could harm a terminal without drawing it', () => {
    expect(() => parseEndpoint('\x1b[2J:80')).toThrow('endpoint "\\x1B[2J:80": "\\x1B[2J" is not a host');
  });
});

test('what is formatted is read back', () => {
  const endpoint = fc.record({
    transport: fc.constantFrom('tcp' as const, 'udp' as const),
    host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
    port: fc.integer({ min: 0, max: 65535 }),
  });
  fc.assert(
    fc.property(endpoint, (given) => {
      expect(parseEndpoint(formatEndpoint(given))).toEqual(given);
    }),
  );
});

test('hostPort puts IPv6 in brackets', () => {
  expect(hostPort('127.0.0.1', 8080)).toBe('127.0.0.1:8080');
  expect(hostPort('::1', 8080)).toBe('[::1]:8080');
});

test('an IPv4 peer of an IPv6 listener is named as it names itself', () => {
  expect(hostPort('::ffff:10.0.0.7', 5000)).toBe('10.0.0.7:5000');
});

test.each([
  ['0.0.0.0', undefined, '127.0.0.1'],
  ['0', undefined, '127.0.0.1'],
  ['::ffff:0.0.0.0', undefined, '127.0.0.1'],
  ['::', undefined, '::1'],
  ['0:0:0:0:0:0:0:0', undefined, '::1'],
  ['::', '10.0.0.7', '127.0.0.1'],
  ['::', '::ffff:10.0.0.7', '127.0.0.1'],
  ['::', 'fd00::1', '::1'],
  ['0.0.0.0', 'fd00::1', '127.0.0.1'],
  ['::ffff:10.0.0.7', undefined, '10.0.0.7'],
  ['fe80::1%eth0', undefined, 'fe80::1%eth0'],
  ['server', '10.0.0.7', 'server'],
])('what listens on %s is reached, by the peer %s, at %s', (host, peer, reached) => {
  expect(reachableHost(host, peer)).toBe(reached);
});
