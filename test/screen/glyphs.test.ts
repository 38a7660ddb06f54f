import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toAscii } from '../../src/text/drawable.ts';
import { cellWidth } from '../../src/text/width.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** What is drawn for some marks where the environment says this of the locale. */
const drawnIn = async (env: Readonly<Record<string, string>>): Promise<string> => {
  for (const name of ['LC_ALL', 'LC_CTYPE', 'LANG']) vi.stubEnv(name, env[name] ?? '');
  vi.resetModules();
  const { glyphs, border } = await import('../../src/screen/glyphs.ts');
  const { drawable } = await import('../../src/text/drawable.ts');
  return `${drawable('─ 안')} ${glyphs.toServer} ${border.topLeft}`;
};

describe('glyphs', () => {
  it.each([
    [{}, '─ 안 → ╭'],
    [{ LANG: 'ko_KR.UTF-8' }, '─ 안 → ╭'],
    [{ LANG: 'C', LC_CTYPE: 'C.utf8' }, '─ 안 → ╭'],
    [{ LANG: 'C' }, '- ?? -> +'],
    [{ LANG: 'de_DE.ISO-8859-1' }, '- ?? -> +'],
    [{ LANG: 'en_US.UTF-8', LC_CTYPE: 'POSIX' }, '- ?? -> +'],
    [{ LANG: 'en_US.UTF-8', LC_CTYPE: 'en_US.UTF-8', LC_ALL: 'C' }, '- ?? -> +'],
  ])('in %j', async (env, drawn) => {
    expect(await drawnIn(env)).toBe(drawn);
  });

  it('in ASCII are different for each mark', () => {
    expect(toAscii('╭┤ a ├─╮ ▸‖! › … ↑↓ ▲▼ · µs ▁▂▃▄▅▆▇')).toBe('+| a |-+ >=! > ~ ^v ^v | us .:-=+*#');
  });

  it('in ASCII are known wherever the program draws one of its own', () => {
    const sources = globSync(fileURLToPath(new URL('../../src/{screen,model,text}/**/*.{ts,tsx}', import.meta.url)));
    const code = sources.map((path) => readFileSync(path, 'utf8').replace(/\/\*.*?\*\/|\/\/[^\n]*/gsu, '')).join('');
    const marks = [...new Set(code.match(/[^ -~\s]/gu))];
    expect(marks.length).toBeGreaterThan(10);
    expect(marks.filter((mark) => toAscii(mark) === '?')).toEqual([]);
  });

  it('in ASCII take as many cells as before, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'aé안👋漢─▇…', 'e\u0301', '1\u20dd')), (letters) => {
        const text = letters.join('');
        expect(toAscii(text)).toMatch(/^[ -~]*$/);
        expect(toAscii(text)).toHaveLength(cellWidth(text));
      }),
    );
  });
});
