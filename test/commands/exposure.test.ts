import { expect, it } from 'vitest';
import { exposureWarning } from '../../src/commands/exposure.ts';
import { parseEndpoint } from '../../src/text/endpoint.ts';

const everywhere = [parseEndpoint('0.0.0.0:8080'), parseEndpoint('udp://[::]:8080')];

it('nothing is said where nothing is open', () => {
  expect(exposureWarning([], ['10.0.0.0/8'])).toBeNull();
});

it('names what is open, and what says who is let in', () => {
  expect(exposureWarning(everywhere, [])).toBe(
    'open to other machines: tcp://0.0.0.0:8080, udp://[::]:8080; --allow and --deny say who is let in',
  );
});

it('names who is let in', () => {
  expect(exposureWarning(everywhere.slice(1), ['10.0.0.0/8', 'fd00::/8'])).toBe(
    'open to other machines: udp://[::]:8080; let in: 10.0.0.0/8, fd00::/8',
  );
});
