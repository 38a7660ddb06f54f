import { expect, it } from 'vitest';
import { listenCalls, parseEndpoint } from '../../src/text/endpoint.ts';

it.each([
  ['127.0.0.1:8080', 'socket(AF_INET, SOCK_STREAM) ─ bind(127.0.0.1:8080) ─ listen(511)'],
  ['[::1]:8080', 'socket(AF_INET6, SOCK_STREAM) ─ bind([::1]:8080) ─ listen(511)'],
  ['udp://:9000', 'socket(AF_INET, SOCK_DGRAM) ─ bind(127.0.0.1:9000)'],
  ['[fe80::1%eth0]:1', 'socket(AF_INET6, SOCK_STREAM) ─ bind([fe80::1%eth0]:1) ─ listen(511)'],
  ['localhost:1', 'socket(AF_UNSPEC, SOCK_STREAM) ─ bind(localhost:1) ─ listen(511)'],
])('%s is opened by %s', (endpoint, calls) => {
  expect(listenCalls(parseEndpoint(endpoint), 511)).toBe(calls);
});
