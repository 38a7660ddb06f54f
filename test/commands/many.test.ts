import { describe, expect, it } from 'vitest';
import { parse } from '../../src/commands/command-line.ts';
import { echo, serveTcp, startProgram } from '../e2e/send-run.ts';
import { answeredLines, promises, sendLines } from './random-lines.ts';

describe('a hundred thousand command lines', () => {
  it.each(promises)('each $name', { timeout: 600_000 }, ({ check }) => check(33_334));
});

/** Does it for all, a few at once. */
const forAll = async <Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> => {
  const left = [...items];
  const runNext = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item);
  };
  await Promise.all([runNext(), runNext(), runNext()]);
};

describe('the program', { timeout: 600_000 }, () => {
  it('says the same as its parser, and nothing else', async () => {
    await forAll(answeredLines(200), async (args) => {
      const wanted = parse(args);
      const { status, stdout, stderr } = await startProgram(args).exited;
      expect({ args, status, stdout: stdout.toString(), stderr }).toEqual({
        args,
        ...(wanted.type === 'usage-error'
          ? { status: 2, stdout: '', stderr: `echoscope: ${wanted.message} (see echoscope --help)\n` }
          : { status: 0, stdout: `${wanted.type === 'print' ? wanted.text : ''}\n`, stderr: '' }),
      });
    });
  });

  it('sends each word', async () => {
    const to = await serveTcp(echo);
    await forAll(sendLines(100), async ({ args: [command = '', ...args], words }) => {
      const { status, stdout, stderr } = await startProgram([command, '--to', to, ...args]).exited;
      expect({ args, status, stdout: stdout.toString(), stderr }).toEqual({
        args,
        status: 0,
        stdout: words.join(' '),
        stderr: '',
      });
    });
  });
});
