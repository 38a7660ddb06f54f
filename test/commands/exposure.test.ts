import { expect, it } from 'vitest';
import { exposureWarning } from '../../src/commands/exposure.ts';
import { parseEndpoint } from '../../src/text/endpoint.ts';

const everywhere = [parseEndpoint('0.0.0.0:8080'), parseEndpoint('udp://[::]:8080')];

it('there is no warning where nothing is open', () => {
  expect(exposureWarning([], ['10.0.0.0/8'])).toBeNull();
});

it('names the open endpoints, and the options that limit their peers', () => {
  expect(exposureWarning(everywhere, [])).toBe(
    'open to other machines: tcp://0.0.0.0:8080, udp://[::]:8080; --allow and --deny say who is let in',
  );
});

it('names the networks that are allowed', () => {
  expect(exposureWarning(everywhere.slice(1), ['10.0.0.0/8', 'fd00::/8'])).toBe(
    'open to other machines: udp://[::]:8080; let in: 10.0.0.0/8, fd00::/8',
  );
});
