import type { Cell } from '../test/support/terminal/cell.ts';
import { toAnimation } from './animation.ts';
import { type Recording, type Scene, stage } from './record.ts';

/** A screen, and when it was first seen, ms since the first. */
export interface Frame {
  readonly atMs: number;
  readonly cells: readonly (readonly Cell[])[];
  readonly cursor: { readonly row: number; readonly column: number; readonly visible: boolean };
}

/** Fast enough for a person who types, and few enough for a small file. */
const everyMs = 260;

/** Plays a scene and draws what the program showed as an animation that starts over. */
export const film = ({ title, description, ...options }: Recording, scene: Scene): Promise<string> =>
  stage(options, async (terminal) => {
    const frames: Frame[] = [];
    let start: number | null = null;
    // A function is asked only between the frames of the program, never in the midst of one.
    const look = () =>
      terminal.until(() => {
        start ??= performance.now();
        frames.push({ atMs: performance.now() - start, cells: terminal.cells(), cursor: terminal.cursor() });
        return true;
      });
    await terminal.until('online');
    const timer = setInterval(() => void look(), everyMs);
    try {
      await scene(terminal);
      await look();
      return toAnimation({ frames, title, description });
    } finally {
      clearInterval(timer);
    }
  });
