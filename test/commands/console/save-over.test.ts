import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { replaceFile } from '../../../src/commands/console/files.ts';

const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-save-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

it('/save! overwrites a file whose name is as long as the system takes', async () => {
  const path = join(folderOf(), 'n'.repeat(255));
  writeFileSync(path, 'old');
  await replaceFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
});

it('/save! leaves a link to nothing as it is, and says so', async () => {
  const folder = folderOf();
  symlinkSync('nowhere', join(folder, 'link'));
  await expect(replaceFile(join(folder, 'link'), 'new')).rejects.toThrow('is a link to nowhere, where nothing is');
  expect(readdirSync(folder)).toEqual(['link']);
});
