import { describe, expect, test } from 'vitest';
import { parseEndpoint } from '../../src/text/endpoint.ts';
import { clientFault, explain, type Fault, type Stage } from '../../src/text/fault.ts';

function fault(stage: Stage, code: string, endpoint: string, message = 'as the system says it'): Fault {
  return { stage, code, message, endpoint: parseEndpoint(endpoint) };
}

const serve = 'nothing listens there; start a server: echoscope serve';

describe('explain', () => {
  const cases: readonly (readonly [stage: Stage, code: string, endpoint: string, line: string])[] = [
    ['bind', 'EACCES', ':80', 'permission denied (EACCES) — ports below 1024 need privileges, try :8080'],
    ['bind', 'EACCES', ':8080', 'permission denied (EACCES)'],
    ['connect', 'EACCES', ':80', 'permission denied (EACCES)'],
    [
      'bind',
      'EADDRINUSE',
      ':8080',
      'address already in use (EADDRINUSE) — another program listens there; name another port, or :0 for any free one',
    ],
    [
      'bind',
      'EADDRNOTAVAIL',
      '192.0.2.1:8080',
      'address not available (EADDRNOTAVAIL) — 192.0.2.1 is not an address of this machine; ' +
        'try 127.0.0.1, or 0.0.0.0 for all of them',
    ],
    [
      'bind',
      'EADDRNOTAVAIL',
      '[2001:db8::1]:8080',
      'address not available (EADDRNOTAVAIL) — 2001:db8::1 is not an address of this machine; ' +
        'try [::1], or [::] for all of them',
    ],
    [
      'connect',
      'EADDRNOTAVAIL',
      ':8080',
      'address not available (EADDRNOTAVAIL) — no local port is free for it; close some connections, or wait a minute',
    ],
    [
      'bind',
      'EAFNOSUPPORT',
      '[::1]:8080',
      'address family not supported (EAFNOSUPPORT) — this machine has no IPv6; try 127.0.0.1',
    ],
    [
      'bind',
      'ENOTSUP',
      ':8080',
      'operation not supported on socket (ENOTSUP) — this system cannot share a port among threads; use --threads 1',
    ],
    ['connect', 'ENOTFOUND', 'nosuch.example:7', 'host not found (ENOTFOUND) — check the spelling, or use an address'],
    [
      'connect',
      'EAI_AGAIN',
      'nosuch.example:7',
      'host not found (EAI_AGAIN) — the name server did not answer; try again, or use an address',
    ],
    ['connect', 'ECONNREFUSED', ':8080', `connection refused (ECONNREFUSED) — ${serve} tcp://127.0.0.1:8080`],
    ['connect', 'ECONNREFUSED', '[::1]:7', `connection refused (ECONNREFUSED) — ${serve} tcp://[::1]:7`],
    [
      'connect',
      'ECONNREFUSED',
      '192.0.2.1:7',
      'connection refused (ECONNREFUSED) — nothing listens there; start a server, or check the port',
    ],
    [
      'recv',
      'ECONNRESET',
      ':8080',
      'connection reset by peer (ECONNRESET) — the peer broke the connection off; its own messages may say why',
    ],
    ['send', 'EPIPE', ':8080', 'broken pipe (EPIPE) — the peer had closed the connection before everything was sent'],
    [
      'connect',
      'ETIMEDOUT',
      '192.0.2.1:7',
      'connection timed out (ETIMEDOUT) — no answer came; check the address, and the firewalls on the way',
    ],
    [
      'accept',
      'EMFILE',
      ':8080',
      'too many open files (EMFILE) — raise the limit with ulimit -n, or keep fewer connections open',
    ],
    [
      'accept',
      'ENFILE',
      ':8080',
      'too many open files in the whole system (ENFILE) — close other programs, or raise fs.file-max',
    ],
    [
      'connect',
      'ENETUNREACH',
      '192.0.2.1:7',
      'network is unreachable (ENETUNREACH) — no route leads there; check the address and the network',
    ],
    [
      'connect',
      'EHOSTUNREACH',
      '192.0.2.1:7',
      'host is unreachable (EHOSTUNREACH) — no machine answers at that address; check the address and the network',
    ],
    [
      'bind',
      'EINVAL',
      '[fe80::1]:8080',
      'invalid argument (EINVAL) — a link-local address needs its interface: [fe80::1%eth0]:8080',
    ],
    ['bind', 'EINVAL', '[fe80::1%lo]:8080', 'invalid argument (EINVAL)'],
    ['bind', 'ESTRANGE', ':8080', 'as the system says it (ESTRANGE)'],
  ];
  test.each(cases)('%s, %s, %s', (stage, code, endpoint, line) => {
    const place = endpoint.startsWith(':') ? `127.0.0.1${endpoint}` : endpoint;
    expect(explain(fault(stage, code, endpoint))).toBe(`${stage}: ${place}: ${line}`);
  });

  test('names UDP', () => {
    expect(explain(fault('send', 'EMSGSIZE', 'udp://:9'))).toBe('send: udp://127.0.0.1:9: message too long (EMSGSIZE)');
  });

  test('is one harmless line, whatever the host and the system say', () => {
    const endpoint = { transport: 'tcp', host: 'a\nb\x1b[2J', port: 7 } as const;
    const line = explain({ stage: 'connect', code: 'ESTRANGE', message: 'two\nlines', endpoint });
    expect(line).toBe('connect: a\\nb\\x1B[2J:7: two\\nlines (ESTRANGE)');
  });
});

describe('a fault that the code alone does not tell', () => {
  const endpoint = { transport: 'udp', host: '127.0.0.1', port: 7 } as const;
  test.each([
    [1, 'the kernel dropped 1 datagram: its receive buffer was full (ENOBUFS)'],
    [3516, 'the kernel dropped 3,516 datagrams: its receive buffer was full (ENOBUFS)'],
  ])('says what the kernel dropped, and how many: %i', (count, words) => {
    const line = explain({ stage: 'recv', code: 'ENOBUFS', message: '', endpoint, cause: 'receive-buffer', count });
    expect(line).toContain(`recv: udp://127.0.0.1:7: ${words}`);
    expect(line).toContain('net.core.rmem_max');
  });

  test('says that it is our limit, not the machine, which has no room', () => {
    const line = explain({ stage: 'recv', code: 'ENOMEM', message: '', endpoint, cause: 'max-memory' });
    expect(line).toContain('the connections together hold as much as --max-memory allows (ENOMEM)');
  });
});

describe('an error of a client socket', () => {
  const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 7 } as const;
  const error = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall });
  test.each([
    ['ECONNREFUSED', 'connect', 'connect', 'connect'],
    ['EMFILE', 'connect', 'connect', 'socket'],
    ['ECONNRESET', 'read', 'recv', 'recv'],
    ['EPIPE', 'write', 'recv', 'send'],
    ['ENOTCONN', 'shutdown', 'recv', 'shutdown'],
    ['ECONNRESET', undefined, 'recv', 'recv'],
    ['ENOBUFS', undefined, 'send', 'send'],
  ] as const)('%s of %s during %s names %s', (code, syscall, stage, named) => {
    expect(clientFault(error(code, syscall), endpoint, stage)).toMatchObject({ stage: named, code });
  });
});
