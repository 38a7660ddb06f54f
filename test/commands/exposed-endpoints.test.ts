import { expect, it } from 'vitest';
import { exposedEndpoints } from '../../src/commands/exposure.ts';
import { parseEndpoint } from '../../src/text/endpoint.ts';

it.each([
  [':8080', false],
  ['127.0.0.53:8080', false],
  ['[::1]:8080', false],
  ['[::ffff:127.0.0.1]:8080', false],
  ['localhost:8080', false],
  ['0.0.0.0:8080', true],
  ['udp://0.0.0.0:8080', true],
  ['[::]:8080', true],
  ['192.0.2.1:8080', true],
  ['[fe80::1%eth0]:8080', true],
  ['[::ffff:192.0.2.1]:8080', true],
  // The system's resolver reads it as 0.0.0.0 (inet_aton).
  ['0:8080', true],
  ['no-such-host.invalid:8080', true],
])('%s can be reached by other machines: %s', async (text, open) => {
  const endpoint = parseEndpoint(text);
  expect(await exposedEndpoints([parseEndpoint(':1'), endpoint])).toEqual(open ? [endpoint] : []);
});
