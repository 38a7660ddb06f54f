import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Input, InputParser } from '../../../src/text/terminal/input-parser.ts';
import { anySent, cut, cuts, merged, type Sent } from '../../support/terminal/sequences.ts';

/** Sequences of one run. */
const most = 40;
/** How many times as many sequences as in a quick run: `npm run test:all` sends a million. */
const times = Number(process.env.ECHOSCOPE_RUNS ?? 1);
const numRuns = 1_000 * times;

/** What comes out of the parser, with the bytes in pieces of these lengths. */
const read = (all: readonly Sent[], lengths: readonly number[]): readonly Input[] => {
  const parser = new InputParser();
  const inputs: Input[] = [];
  let bytes: Buffer[] = [];
  const send = () => {
    for (const piece of cut(Buffer.concat(bytes), lengths)) inputs.push(...parser.push(piece));
    bytes = [];
  };
  for (const one of all) {
    bytes.push(one.bytes);
    if (!one.pause) continue;
    send();
    expect(parser.waits).not.toBe('nothing');
    inputs.push(...parser.giveUp());
    // Until then what follows a paste that stalled is one too.
    if (one.bytes.includes('\x1b[200~')) inputs.push(...parser.push(Buffer.from('\x1b[201~')));
  }
  send();
  expect(parser.waits).toBe('nothing');
  return inputs;
};

it('what a terminal sends comes to the keys and the text that it is, however it is cut', { timeout: 600_000 }, () => {
  let count = 0;
  fc.assert(
    fc.property(fc.array(anySent, { minLength: most >> 1, maxLength: most, size: 'max' }), cuts, (all, lengths) => {
      count += all.length;
      expect(merged(read(all, lengths))).toEqual(merged(all.flatMap(({ inputs }) => inputs)));
    }),
    {
      numRuns,
      ...(process.env.ECHOSCOPE_SEED === undefined ? {} : { seed: Number(process.env.ECHOSCOPE_SEED) }),
      ...(process.env.ECHOSCOPE_PATH === undefined ? {} : { path: process.env.ECHOSCOPE_PATH }),
    },
  );
  if (process.env.ECHOSCOPE_PATH === undefined) expect(count).toBeGreaterThanOrEqual((numRuns * most) / 2);
});
