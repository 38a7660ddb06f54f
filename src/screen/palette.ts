import chalk from 'chalk';
import type { TextProps } from 'ink';

/** The style of a piece of text. Colour never carries information alone. */
export type Style = Readonly<Pick<TextProps, 'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'inverse'>>;

type Colour = 'accent' | 'good' | 'bad' | 'warn' | 'dim';

/**
 * Every colour keeps a contrast of 4.5 (WCAG 2.2, AA) against black and against white, for the background is the
 * terminal's. Few are dark and light enough for both: those of luminance 0.175 to 0.183.
 */
export const colours: Readonly<Record<Colour, string>> = {
  accent: '#2776cf',
  good: '#2c8553',
  bad: '#d53e36',
  warn: '#aa6500',
  dim: '#757575',
};

/**
 * The same in the palette of 256, by number: of its cube and its greys these alone reach 4.5 on both. Ink's own choice of
 * the nearest is darker or lighter.
 */
const indexedColours: Readonly<Record<Colour, number>> = {
  accent: 63,
  good: 29,
  bad: 163,
  warn: 131,
  dim: 243,
};

/** Text and background of an overlay, set together so that the terminal's colours do not matter. */
export const overlayColours = { text: '#f2f4f8', background: '#243042' } as const;
const indexedOverlayColours = { text: 255, background: 236 } as const;

/** How many colours there are, as chalk and Ink count: none, 16, 256, all. */
export type ColourLevel = typeof chalk.level;

/** The styles for a terminal. Of its 16 named colours no contrast is sure: there bold and inverse do without. */
export const stylesFor = (level: ColourLevel) => {
  const ink = (hex: string, index: number): string | undefined =>
    level === 3 ? hex : level === 2 ? `ansi256(${index})` : undefined;
  const inColour = (name: Colour): Style => {
    const color = ink(colours[name], indexedColours[name]);
    return color === undefined ? {} : { color };
  };
  const overlayText = ink(overlayColours.text, indexedOverlayColours.text);
  const overlayBackground = ink(overlayColours.background, indexedOverlayColours.background);
  return {
    palette: {
      plain: {},
      strong: { bold: true },
      dim: inColour('dim'),
      accent: inColour('accent'),
      title: { ...inColour('accent'), bold: true },
      good: inColour('good'),
      bad: { ...inColour('bad'), bold: true },
      warn: { ...inColour('warn'), bold: true },
      cursorRow: { inverse: true, bold: true },
      markedRow: { bold: true },
    } satisfies Record<string, Style>,
    /** Styles of an overlay's Box and Texts. */
    overlay: {
      text: overlayText === undefined ? {} : { color: overlayText },
      box: overlayBackground === undefined ? {} : { backgroundColor: overlayBackground },
    },
  };
};

// https://no-color.org: present and not empty. What FORCE_COLOR and the terminal say is in chalk's level, as Ink sees it.
export const { palette, overlay } = stylesFor((process.env.NO_COLOR ?? '') === '' ? chalk.level : 0);
