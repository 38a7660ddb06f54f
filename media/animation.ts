import type { Frame } from './film.ts';
import { cursorOf, drawRows, type Picture, windowed } from './svg.ts';

interface Animation extends Pick<Picture, 'title' | 'description'> {
  readonly frames: readonly Frame[];
}

/** Something that is on view during some of the frames. */
interface Part {
  readonly svg: readonly string[];
  readonly frames: number[];
}

/** How long the last frame stays before the first comes again, ms. */
const restMs = 2500;

/**
 * Draws frames as one SVG without a script. A row is drawn once for all frames in which it looks the same, and CSS
 * shows it in these; whoever wants less motion sees the last frame alone.
 */
export function toAnimation({ frames, title, description }: Animation): string {
  const first = frames[0];
  const last = frames.at(-1);
  if (first === undefined || last === undefined) throw new Error('no frames');
  const totalMs = last.atMs + restMs;
  const parts = partsOf(frames);
  const isFixed = ({ frames: { length } }: Part) => length === frames.length;
  const moving = parts.filter((part) => !isFixed(part));
  const rules = moving.map((part, place) => keyframes(`k${place}`, part, frames, totalMs));
  const style = [
    '<style>',
    `.m{visibility:hidden;animation:${Math.round(totalMs)}ms step-end infinite}`,
    ...rules,
    '@media (prefers-reduced-motion:reduce){.m{animation-name:none!important}.l{visibility:visible}}',
    '</style>',
  ];
  const isLast = ({ frames: on }: Part) => on.includes(frames.length - 1);
  const groups = moving.map((part, place) => [
    `<g class="m${isLast(part) ? ' l' : ''}" style="animation-name:k${place}">`,
    ...part.svg,
    '</g>',
  ]);
  return windowed({ cells: first.cells, title, description }, [
    ...style,
    ...parts.filter(isFixed).flatMap(({ svg }) => svg),
    ...groups.flat(),
  ]);
}

/** Every row and cursor that occurs, and where. */
function partsOf(frames: readonly Frame[]): Part[] {
  const parts = new Map<string, Part>();
  const add = (svg: readonly string[], frame: number) => {
    if (svg.length === 0) return;
    const key = svg.join('');
    const known = parts.get(key) ?? { svg, frames: [] };
    known.frames.push(frame);
    parts.set(key, known);
  };
  for (const [place, { cells, cursor }] of frames.entries()) {
    for (const y of cells.keys()) add(drawRows(cells.map((row, other) => (other === y ? row : []))), place);
    add(cursorOf(cursor), place);
  }
  return [...parts.values()];
}

/** `step-end` holds each value until the next. */
function keyframes(name: string, { frames: on }: Part, frames: readonly Frame[], totalMs: number): string {
  const shown = frames.map((_, place) => on.includes(place));
  const steps = frames.flatMap(({ atMs }, place) => {
    if (place > 0 && shown[place] === shown[place - 1]) return [];
    return [`${Number(((atMs / totalMs) * 100).toFixed(2))}%{visibility:${shown[place] ? 'visible' : 'hidden'}}`];
  });
  return `@keyframes ${name}{${steps.join('')}}`;
}
