import type { TextProps } from 'ink';

/** The style of a piece of text. Colour never carries information alone. */
export type Style = Readonly<Pick<TextProps, 'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'inverse'>>;

/**
 * Every colour keeps a contrast of 4 or more against white and against black, so that it reads on either kind of
 * terminal; the named ANSI colours do not (cyan on white: 1.9).
 */
export const colours = {
  accent: '#2f7fd8',
  good: '#2e8b57',
  bad: '#d6453d',
  warn: '#b26a00',
} as const;

/** Text and background of an overlay, set together so that the terminal's colours do not matter. */
export const overlayColours = { text: '#f2f4f8', background: '#243042' } as const;

// https://no-color.org: present and not empty.
const isColoured = (process.env.NO_COLOR ?? '') === '';
const inColour = (color: string): Style => (isColoured ? { color } : {});

export const palette = {
  plain: {},
  strong: { bold: true },
  dim: { dimColor: true },
  accent: inColour(colours.accent),
  title: { ...inColour(colours.accent), bold: true },
  good: inColour(colours.good),
  bad: { ...inColour(colours.bad), bold: true },
  warn: { ...inColour(colours.warn), bold: true },
  cursorRow: { inverse: true, bold: true },
  markedRow: { bold: true },
} satisfies Record<string, Style>;

/** Styles of an overlay's Box and Texts. */
export const overlay = {
  text: inColour(overlayColours.text),
  box: isColoured ? { backgroundColor: overlayColours.background } : {},
} as const;
