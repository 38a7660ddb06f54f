import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keepKnownVariables } from '../src/environment.ts';

const kept = (variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const copy = { ...variables };
  keepKnownVariables(copy);
  return copy;
};

describe('the environment', () => {
  it('is what is documented, and nothing else', () => {
    const ours = { HOME: '/home/me', TERM: 'xterm', LC_ALL: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1' };
    expect(kept({ ...ours, DEV: 'true', INK_SCREEN_READER: 'true', CI: '1', YARGS_DISABLE_WRAP: '1' })).toEqual(ours);
  });

  it.each([
    ['a number of colours', { FORCE_COLOR: '2' }, { FORCE_COLOR: '2' }],
    ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, {}],
    ['a foreign FORCE_COLOR', { FORCE_COLOR: 'yes please' }, {}],
    ['both: NO_COLOR wins, and Node has nothing to warn of', { NO_COLOR: '1', FORCE_COLOR: '3' }, { NO_COLOR: '1' }],
    ['an empty NO_COLOR, which is none', { NO_COLOR: '', FORCE_COLOR: '3' }, { FORCE_COLOR: '3' }],
  ])('colours: %s', (_, given, wanted) => {
    expect(kept(given)).toEqual(wanted);
  });

  it('has each of its variables in the table of SECURITY.md', () => {
    const names = [...readFileSync('src/environment.ts', 'utf8').matchAll(/'([A-Z_]+)'/g)].map(
      ([, name]) => `\`${name}\``,
    );
    const security = readFileSync('SECURITY.md', 'utf8');
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !security.includes(name))).toEqual([]);
  });
});
