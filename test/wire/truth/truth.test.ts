import { describe, expect, it } from 'vitest';
import { requireCapture } from '../../support/net/capture.ts';
import { compareAll } from './playing.ts';

/** How many times as many conversations as usual. */
const times = Number(process.env.ECHOSCOPE_RUNS ?? 1);

describe.runIf(requireCapture())('what is told of thousands of conversations', () => {
  it(
    'is what tcpdump saw, or says that it is not known',
    async () => {
      expect(await compareAll(60 * times, 60)).toBeGreaterThan(3000 * times);
    },
    600_000 * times,
  );
});
