import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeText } from '../../src/text/utf8.ts';
import { type Console, startConsole } from '../e2e/program.ts';
import { openRawServer } from '../e2e/raw-server.ts';
import { cut, cuts, harmless, type Sent } from '../support/terminal/sequences.ts';
import { until } from '../support/wait.ts';

/** Sequences before each Enter. */
const together = 50;
const rounds = 200;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Backslashes that are typed count as escapes, and a slash at the start as a command. */
const typable = ({ inputs }: Sent): boolean =>
  inputs.every(({ type, ...input }) => {
    return type === 'paste' || !('text' in input) || !/[\\/]/.test(input.text);
  });

const round = fc.tuple(fc.array(harmless.filter(typable), { minLength: together, maxLength: together }), cuts);

/** What the prompt sends: line ends of a paste are line feeds. */
const textOf = (all: readonly Sent[]): string =>
  all
    .flatMap(({ inputs }) => inputs.map((input) => (input.type === 'key' ? '' : input.text.replace(/\r\n?/g, '\n'))))
    .join('');

/** Never cuts behind an ESC: whether more belongs to that is a matter of time, and a loaded machine may take long. */
const pieces = (all: readonly Sent[], lengths: readonly number[]): readonly Buffer[] => {
  const found: Buffer[] = [];
  for (const piece of cut(Buffer.concat(all.map(({ bytes }) => bytes)), lengths)) {
    const last = found.at(-1);
    if (last?.at(-1) === 0x1b) found[found.length - 1] = Buffer.concat([last, piece]);
    else found.push(piece);
  }
  return found;
};

const inList = (console: Console) => console.until('┤ Connections');

it('nothing that a terminal sends acts but keys, and the prompt holds exactly the text', {
  timeout: 300_000,
}, async () => {
  const server = await openRawServer();
  const console = await startConsole({ columns: 120 });
  await console.type(`/connect 127.0.0.1:${server.port}`);
  await console.press('enter');
  await console.until(new RegExp(`Client → 127.0.0.1:${server.port} .*online`));
  let expected = 0;
  for (const [n, [all, lengths]] of fc.sample(round, { numRuns: rounds, seed }).entries()) {
    // A text at the start, so that no command is made of what is pasted next, and at the end, so that it is never empty.
    const bytes = Buffer.from(encodeText(`<${textOf(all)}>`));
    console.send(Buffer.from('<'));
    for (const piece of pieces(all, lengths)) console.send(piece);
    console.send(Buffer.from('>\r'));
    expected += bytes.length;
    const replay = `round ${n}, SEED=${seed}`;
    await until(
      () => server.received().length >= expected,
      `${replay}: ${expected} bytes, not ${server.received().length}`,
    );
    expect(
      server
        .received()
        .subarray(expected - bytes.length)
        .equals(bytes),
      replay,
    ).toBe(true);
  }
  expect(server.sockets).toHaveLength(1);

  // Where letters are keys: nothing but what is no text.
  await console.press('escape');
  await inList(console);
  const before = console.grid();
  const silent = fc.array(
    harmless.filter(({ inputs }) => inputs.length === 0),
    { minLength: 500, maxLength: 500 },
  );
  for (const all of fc.sample(silent, { numRuns: 4, seed })) {
    for (const piece of pieces(all, [3, 1, 7, 2])) console.send(piece);
    await console.type('?');
    await console.until('─ Help ─');
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('─ Help ─'));
    expect(console.grid(), `SEED=${seed}`).toEqual(before);
  }
});
