import { describe, expect, it } from 'vitest';
import { toSvg } from '../../../media/svg.ts';
import { createEmulator } from './emulator.ts';

async function draw(output: string): Promise<string> {
  const emulator = createEmulator({ columns: 20, rows: 2 });
  await emulator.write(output);
  return toSvg({ cells: emulator.cells(), cursor: emulator.cursor(), title: 'a < b', description: '"quoted"' });
}

describe('svg', () => {
  it('sets a run of one style to the terminal’s advance, and escapes it', async () => {
    const svg = await draw('one <two>  \x1b[1;31mred');
    expect(svg).toContain('textLength="81" fill="#d5dbe5">one &lt;two&gt;</text>');
    expect(svg).toMatch(/<text x="99" y="14" textLength="27" fill="#e2737c" font-weight="bold">red</u);
    expect(svg).toContain('>a &lt; b</text>');
    expect(svg).toContain('<title id="title">&quot;quoted&quot;</title>');
  });

  it('sets a wide glyph in the middle of its two cells', async () => {
    expect(await draw('a안b')).toMatch(/x="18" y="14" text-anchor="middle"[^>]*>안<.*\n<text x="27" [^>]*>b</u);
  });

  it('draws boxes and bars as shapes that reach the edges of their cells', async () => {
    const svg = await draw('╭─\r\n│▄');
    expect(svg).toContain('M4.5 18V14Q4.5 9.5 9 9.5H9M13.5 9.5H18M13.5 9.5H9M4.5 27.5V18M4.5 27.5V36');
    expect(svg).toContain('<path d="M9 27h8v9h-8z" fill="#d5dbe5"/>');
    expect(svg).not.toMatch(/[╭─│▄]/u);
  });

  it('paints backgrounds, inverse and dim text, and the cursor', async () => {
    const svg = await draw('\x1b[44mab\x1b[0;7mc\x1b[0;2md\x1b[0m');
    expect(svg).toContain('<rect x="0" y="0" width="18" height="18" fill="#74a9f5"/>');
    expect(svg).toContain('<rect x="18" y="0" width="9" height="18" fill="#d5dbe5"/>');
    expect(svg).toContain('fill="#11151c">c</text>');
    expect(svg).toContain('fill="#838891">d</text>');
    expect(svg).toContain('<rect x="36" y="0" width="9" height="18" fill="#d5dbe5" fill-opacity="0.7"/>');
    expect(await draw('\x1b[?25l')).not.toContain('fill-opacity');
  });
});
