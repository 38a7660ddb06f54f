import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileCalls } from '../../../src/commands/console/files.ts';
import { HistoryFile } from '../../../src/commands/console/history-file.ts';
import { maxLines } from '../../../src/model/chat/prompt-history.ts';

const openHistory = (write: (path: string) => void = () => undefined) => {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'echoscope/history');
  write(path);
  const problems: string[] = [];
  const report = (problem: string) => problems.push(problem);
  const place = { base: folder, path: dirname(path) };
  return { path, problems, open: () => new HistoryFile(place, new FileCalls(report), report) };
};

const fileWith =
  (text: string) =>
  (path: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };

describe('the history file', () => {
  it('gives back what was appended, whatever is in it, to its owner alone', async () => {
    const { path, problems, open } = openHistory();
    const history = open();
    expect(await history.read()).toEqual([]);
    const lines = ['one', 'two\nlines', '"\\x00"', '안녕 🙂', '\udce4A', '\u2028\x1b[2J'];
    for (const line of lines) history.append(line);
    await history.settled();
    expect(await open().read()).toEqual(lines);
    expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(problems).toEqual([]);
  });

  it('makes a file private that others could read', async () => {
    const { path, open } = openHistory(fileWith('"old"\n'));
    chmodSync(path, 0o644);
    const history = open();
    history.append('new');
    await history.settled();
    expect(await history.read()).toEqual(['old', 'new']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('skips what is damaged', async () => {
    const { open } = openHistory(fileWith('"good"\nbroken\n17\n"half'));
    expect(await open().read()).toEqual(['good']);
  });

  it('loses no line to one that a full disk took only a part of', async () => {
    const { open } = openHistory(fileWith('"before"\n"half of a li'));
    const history = open();
    history.append('after');
    history.append('later');
    await history.settled();
    expect(await open().read()).toEqual(['before', 'after', 'later']);
  });

  it('is shortened to its limit when it has twice as many lines', async () => {
    const many = Array.from({ length: 2 * maxLines }, (_, index) => `line ${index}`);
    const { path, open } = openHistory(fileWith(many.map((line) => `${JSON.stringify(line)}\n`).join('')));
    const history = open();
    expect(await history.read()).toEqual(many.slice(-maxLines));
    await history.settled();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(maxLines + 1);
    expect(readdirSync(dirname(path))).toEqual(['history']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is shortened while the program runs', async () => {
    const { path, open } = openHistory();
    const history = open();
    const lines = () => readFileSync(path, 'utf8').split('\n').length - 1;
    for (let index = 0; index < 2 * maxLines - 1; index++) history.append(`line ${index}`);
    await history.settled();
    expect(lines()).toBe(2 * maxLines - 1);
    history.append('the last');
    await history.settled();
    expect(lines()).toBe(maxLines);
    expect((await history.read()).at(-1)).toBe('the last');
  });

  it('is read from its end, however large it is', async () => {
    const { path, open } = openHistory(fileWith('"lost"\n'));
    truncateSync(path, 2 ** 31);
    const before = process.memoryUsage().rss;
    appendFileSync(path, '\n"found"\n');
    const history = open();
    expect(await history.read()).toEqual(['found']);
    expect(process.memoryUsage().rss - before).toBeLessThan(512 << 20);
    await history.settled();
    expect(statSync(path).size).toBeLessThan(100);
  });

  it('is not kept where it is no regular file, which is said once', async () => {
    const { path, problems, open } = openHistory((path) => {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync('/dev/full', path);
    });
    const history = open();
    expect(await history.read()).toEqual([]);
    history.append('one');
    history.append('two');
    await history.settled();
    expect(problems).toEqual([`history: ${path}: is no regular file; kept for this run only`]);
  });

  it('is not kept where others can write, and nothing is made or changed there', async () => {
    const { path, problems, open } = openHistory(fileWith('"old"\n'));
    chmodSync(path, 0o644);
    chmodSync(dirname(path), 0o777);
    const history = open();
    expect(await history.read()).toEqual([]);
    history.append('new');
    await history.settled();
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['"old"\n', 0o644]);
    expect(problems).toEqual([`history: ${path}: others can write in ${dirname(path)}; kept for this run only`]);
  });

  it('lets lines be appended while it is still being read, and reads only what was there before', async () => {
    const { open } = openHistory(fileWith('"before"\n'));
    const history = open();
    const lines = history.read();
    history.append('after');
    expect(await lines).toEqual(['before']);
    await history.settled();
    expect(await open().read()).toEqual(['before', 'after']);
  });

  it('of a user without any folder is kept for this run only', async () => {
    const history = new HistoryFile(null, new FileCalls(() => undefined), () => undefined);
    history.append('line');
    expect(await history.read()).toEqual([]);
  });
});
