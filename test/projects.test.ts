import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import config from '../vitest.config.ts';

const root = resolve(import.meta.dirname, '..');

/** A pattern for each choice in its braces, so that none of them is left without a file. */
const choices = (pattern: string): readonly string[] => {
  const [braces, inside] = /\{([^{}]*)\}/.exec(pattern) ?? [];
  if (braces === undefined || inside === undefined) return [pattern];
  return inside.split(',').flatMap((choice) => choices(pattern.replace(braces, choice)));
};

it('every pattern of vitest.config.ts has a file', () => {
  const patterns = (config.test?.projects ?? []).flatMap((project) => {
    if (typeof project !== 'object' || !('test' in project)) return [];
    return [...(project.test?.include ?? []), ...(project.test?.exclude ?? [])];
  });
  const all = [...new Set(patterns.flatMap(choices))];
  expect(all.length).toBeGreaterThan(20);
  expect(all.filter((pattern) => globSync(pattern, { cwd: root }).length === 0)).toEqual([]);
});
