import { Readable, Writable } from 'node:stream';
import { render } from 'ink';
import type { ReactNode } from 'react';
import { createEmulator, type Emulator, type Size } from './emulator.ts';
import { createKeyboard, type Keyboard } from './keyboard.ts';

/** A React tree on an emulated terminal. */
export interface Drawing extends Keyboard, Pick<Emulator, 'grid' | 'text' | 'cells' | 'cursor' | 'modes' | 'until'> {
  /** Draws another tree in place of this one; resolves when it is on the screen. */
  redraw(node: ReactNode): Promise<void>;
  /** Ink draws again on its own clock: wait for the new frame with `until`. */
  resize(size: Size): void;
  unmount(): Promise<void>;
}

/**
 * Draws a tree as the program does, on the alternate screen; resolves when the first frame is on the screen. What is typed
 * comes out of `terminal`; Ink reads `stdin`, which is the same unless something stands between them.
 */
export async function draw(
  node: ReactNode,
  size: Size,
  terminal = new Input(),
  stdin: NodeJS.ReadableStream = terminal,
): Promise<Drawing> {
  const emulator = createEmulator(size);
  const stdout = new Output(emulator, size);
  const instance = render(node, {
    stdout,
    stdin,
    interactive: true,
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 60,
  });
  await instance.waitUntilRenderFlush();
  return {
    ...createKeyboard((data) => terminal.push(data), emulator.modes),
    grid: emulator.grid,
    text: emulator.text,
    cells: emulator.cells,
    cursor: emulator.cursor,
    modes: emulator.modes,
    until: emulator.until,
    redraw: async (next) => {
      instance.rerender(next);
      await instance.waitUntilRenderFlush();
    },
    resize: (next) => {
      emulator.resize(next);
      stdout.resize(next);
    },
    unmount: async () => {
      instance.unmount();
      await instance.waitUntilExit();
    },
  };
}

/** The part of tty.WriteStream that Ink reads. A write is done when the emulator has drawn it. */
class Output extends Writable {
  readonly isTTY = true;
  readonly #emulator: Emulator;
  columns: number;
  rows: number;

  constructor(emulator: Emulator, { columns, rows }: Size) {
    super({ decodeStrings: false });
    this.#emulator = emulator;
    this.columns = columns;
    this.rows = rows;
  }

  resize({ columns, rows }: Size): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    // A terminal device moves to the first column at a line feed (ONLCR), in Node's raw mode too.
    void this.#emulator.write(chunk.replaceAll('\n', '\r\n')).then(done);
  }
}

/** The part of tty.ReadStream that is used. */
export class Input extends Readable {
  readonly isTTY = true;

  override _read(): void {}

  setRawMode(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
