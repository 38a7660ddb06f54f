import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/architecture.md',
  'docs/guarantees.md',
  'docs/performance.md',
];

const read = (page: string): string => readFileSync(join(root, page), 'utf8');

describe.each(pages)('%s', (page) => {
  it('is not empty', () => {
    expect(read(page).trim()).not.toBe('');
  });

  it('links to nothing in the repository that is not there', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(resolve(root, dirname(page), link)))).toEqual([]);
  });

  it('names no file of src or test that is not there', () => {
    const files = [...read(page).matchAll(/`((?:src|test|media|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('docs/architecture.md names no part of src that is not there', () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = new RegExp(`\`((?:${rooms.map(({ name }) => name).join('|')})/[\\w./-]*)\``, 'g');
  const parts = [...read('docs/architecture.md').matchAll(names)].map(([, part = '']) => part);
  expect(parts.length).toBeGreaterThan(20);
  expect(parts.filter((part) => !existsSync(join(root, 'src', part)))).toEqual([]);
});

it('CONTRIBUTING.md and docs/architecture.md name no file without its folder that is not there', () => {
  const there = new Set(globSync('{src,test}/**/*.{ts,tsx,c}', { cwd: root }).map((path) => basename(path)));
  const text = read('CONTRIBUTING.md') + read('docs/architecture.md');
  const named = [...text.matchAll(/`([\w.-]+\.(?:tsx?|c))`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !there.has(name) && !existsSync(join(root, name)))).toEqual([]);
});

it('docs/guarantees.md names tests that are there', () => {
  const rows = read('docs/guarantees.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split(' | ').at(-1) ?? '').matchAll(/`([\w/-]+)`/g)].map(([, name = '']) => name),
  );
  const isThere = (name: string): boolean =>
    existsSync(join(root, 'test', name.endsWith('/') ? name : `${name}.test.ts`));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});
