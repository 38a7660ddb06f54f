import { describe, expect, it } from 'vitest';
import { type ColourLevel, stylesFor } from '../../src/screen/palette.ts';

/** Relative luminance of `#rrggbb`, WCAG 2.2. */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** Contrast ratio, WCAG 2.2: 1 to 21. */
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

/** The colour that a terminal draws: `#rrggbb` as it is, a number by the cube and the greys of xterm. */
const drawn = (ink: string): string => {
  const index = Number(/^ansi256\((\d+)\)$/u.exec(ink)?.[1] ?? -1);
  if (index < 0) return ink;
  expect(index, 'the first sixteen are what the user makes of them').toBeGreaterThanOrEqual(16);
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const cube = index - 16;
  const channels =
    index >= 232
      ? [0, 0, 0].map(() => 8 + 10 * (index - 232))
      : [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level);
  return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
};

const least = 4.5;
const levels: readonly ColourLevel[] = [3, 2, 1, 0];

describe.each(levels)('colours of level %i', (level) => {
  const { palette, overlay } = stylesFor(level);

  it('read on black and on white', () => {
    for (const [name, style] of Object.entries(palette)) {
      if (!('color' in style) || style.color === undefined) continue;
      for (const background of ['#000000', '#ffffff'])
        expect(contrast(drawn(style.color), background), `${name} on ${background}`).toBeGreaterThanOrEqual(least);
    }
  });

  it('read on the background of an overlay', () => {
    if (overlay.text.color === undefined || overlay.box.backgroundColor === undefined)
      return expect(overlay).toEqual({ text: {}, box: {} });
    expect(contrast(drawn(overlay.text.color), drawn(overlay.box.backgroundColor))).toBeGreaterThanOrEqual(7);
  });

  it('are those of more than 16 colours or none at all, and nothing is faint', () => {
    const text = JSON.stringify({ palette, overlay });
    expect(/"(?:color|backgroundColor)"/u.test(text)).toBe(level >= 2);
    expect(text).not.toContain('dimColor');
    expect(palette.cursorRow).toEqual({ inverse: true, bold: true });
  });
});
