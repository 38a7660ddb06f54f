import { afterEach, describe, expect, it, vi } from 'vitest';
import { colours, overlayColours } from '../../src/screen/palette.ts';

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

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe('palette', () => {
  it.each(Object.entries(colours))('%s reads on black and on white', (_, colour) => {
    expect(contrast(colour, '#000000')).toBeGreaterThanOrEqual(4);
    expect(contrast(colour, '#ffffff')).toBeGreaterThanOrEqual(4);
  });

  it('has no colour where none is wanted, and keeps the rest', async () => {
    vi.stubEnv('NO_COLOR', '1');
    vi.resetModules();
    const { palette, overlay } = await import('../../src/screen/palette.ts');
    expect(JSON.stringify([palette, overlay])).not.toMatch(/"(?:color|backgroundColor)"/);
    expect(palette.cursorRow).toEqual({ inverse: true, bold: true });
  });

  it('the overlay reads on its own background', () => {
    expect(contrast(overlayColours.text, overlayColours.background)).toBeGreaterThanOrEqual(7);
  });
});
