import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import headless from '@xterm/headless';
import { patienceMs } from '../wait.ts';
import { type Cell, toCell } from './cell.ts';
import { cursorMode, SwitchedModes } from './switches.ts';

/** Width and height of a terminal, in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a program has switched on in its terminal. */
export interface Modes {
  readonly alternateScreen: boolean;
  readonly cursorHidden: boolean;
  readonly bracketedPaste: boolean;
  readonly applicationCursor: boolean;
  readonly mouse: boolean;
  readonly focusReports: boolean;
}

/** All that a program may leave behind in a terminal: two of the same state look and behave the same from then on. */
export interface State {
  readonly cells: readonly (readonly Cell[])[];
  readonly cursor: Cursor;
  /** The private modes (DECSET) that are not what they are in a new terminal. */
  readonly switched: readonly number[];
  /** What else is not as in a new terminal: sequences that switch it, as they came, without their ESC. */
  readonly others: readonly string[];
}

/** Zero-based. */
export interface Cursor {
  readonly row: number;
  readonly column: number;
  readonly visible: boolean;
}

/** Text on the screen, a pattern that the screen's text matches, or a test of its lines. */
export type Shown = string | RegExp | ((grid: readonly string[]) => boolean);

/** A terminal without a window: bytes in, a grid of cells out. */
export interface Emulator {
  /** Resolves once the data is on the screen. */
  write(data: string | Uint8Array): Promise<void>;
  resize(size: Size): void;
  /** The lines a person sees, without trailing spaces. A wide glyph covers two cells and occurs once. */
  grid(): string[];
  /** The same lines in one string. */
  text(): string;
  cells(): Cell[][];
  cursor(): Cursor;
  modes(): Modes;
  state(): State;
  /** Resolves once the screen shows it; looks again after every write. Rejects with the whole grid after `timeoutMs`. */
  until(shown: Shown, timeoutMs?: number): Promise<void>;
  /** What the terminal answers to a program that asks it something, such as where the cursor is. */
  onReply(listener: (data: string) => void): void;
}

/** Creates an emulator of xterm with the glyph widths of today's terminals. */
export function createEmulator({ columns, rows }: Size): Emulator {
  const terminal = new headless.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = '15-graphemes';
  const switches = new SwitchedModes(terminal);
  const isCursorVisible = () => !switches.switched().includes(cursorMode);
  const listeners = new Set<() => void>();

  const line = (row: number) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);
  const rowNumbers = () => Array.from({ length: terminal.rows }, (_, row) => row);
  const grid = () => rowNumbers().map((row) => (line(row)?.translateToString(true) ?? '').replace(/ +$/u, ''));
  // Between the two marks of a synchronized update a person still sees the frame before it.
  const shows = (shown: Shown) => !terminal.modes.synchronizedOutputMode && matches(shown, grid());

  const cells = () =>
    rowNumbers().map((row) =>
      Array.from({ length: terminal.cols }, (_, column) => line(row)?.getCell(column))
        .filter((cell) => cell !== undefined)
        .map(toCell),
    );
  const cursor = () => ({
    row: terminal.buffer.active.cursorY,
    column: terminal.buffer.active.cursorX,
    visible: isCursorVisible(),
  });

  return {
    write: (data) =>
      new Promise((resolve) => {
        terminal.write(data, () => {
          for (const listener of listeners) listener();
          resolve();
        });
      }),
    resize: (size) => terminal.resize(size.columns, size.rows),
    grid,
    text: () => grid().join('\n'),
    cells,
    cursor,
    state: () => ({ cells: cells(), cursor: cursor(), switched: switches.switched(), others: switches.others() }),
    modes: () => ({
      alternateScreen: terminal.buffer.active.type === 'alternate',
      cursorHidden: !isCursorVisible(),
      bracketedPaste: terminal.modes.bracketedPasteMode,
      applicationCursor: terminal.modes.applicationCursorKeysMode,
      mouse: terminal.modes.mouseTrackingMode !== 'none',
      focusReports: terminal.modes.sendFocusMode,
    }),
    until: (shown, timeoutMs = patienceMs) =>
      new Promise((resolve, reject) => {
        const settle = (done: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          done();
        };
        const look = () => {
          if (shows(shown)) settle(resolve);
        };
        const timer = setTimeout(() => settle(() => reject(notShown(shown, timeoutMs, grid()))), timeoutMs);
        listeners.add(look);
        look();
      }),
    onReply: (listener) => {
      terminal.onData(listener);
    },
  };
}

function matches(shown: Shown, grid: readonly string[]): boolean {
  if (typeof shown === 'function') return shown(grid);
  const text = grid.join('\n');
  // search() ignores lastIndex, so a pattern with the g flag can be asked again.
  return typeof shown === 'string' ? text.includes(shown) : text.search(shown) !== -1;
}

function notShown(shown: Shown, timeoutMs: number, grid: readonly string[]): Error {
  const what = typeof shown === 'string' ? JSON.stringify(shown) : String(shown);
  const lines = grid.map((text, row) => `${String(row + 1).padStart(3)} │${text}`);
  return new Error([`the screen did not show ${what} within ${timeoutMs} ms:`, ...lines].join('\n'));
}
