import { describe, expect, it } from 'vitest';
import { Echo } from '../../../src/wire/echo/echo.ts';
import type { MakeStage, Stage, StreamEnd } from '../../../src/wire/echo/stage.ts';
import type { Ownership } from '../../../src/wire/transport/stream.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A stage that holds everything until it may go on, and has room for `room` bytes. */
class Gate implements Stage {
  readonly #next: Stage;
  readonly #room: number;
  readonly #onFullChange: () => void;
  #waiting: Uint8Array[] = [];
  #end: StreamEnd | null = null;

  constructor(next: Stage, room: number, onFullChange: () => void) {
    this.#next = next;
    this.#room = room;
    this.#onFullChange = onFullChange;
  }

  get #length(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  get #hasNoRoom(): boolean {
    return this.#length > this.#room;
  }

  get held(): number {
    return this.#length + this.#next.held;
  }

  get memory(): number {
    return this.#length + this.#next.memory;
  }

  get isFull(): boolean {
    return this.#hasNoRoom || this.#next.isFull;
  }

  take(bytes: Uint8Array, ownership: Ownership): void {
    const hadNoRoom = this.#hasNoRoom;
    this.#waiting.push(ownership === 'borrowed' ? new Uint8Array(bytes) : bytes);
    if (this.#hasNoRoom !== hadNoRoom) this.#onFullChange();
  }

  end(end: StreamEnd): void {
    this.#end = end;
  }

  close(): void {
    this.#waiting = [];
    this.#end = null;
    this.#next.close();
  }

  open(): void {
    const hadNoRoom = this.#hasNoRoom;
    for (const bytes of this.#waiting.splice(0)) this.#next.take(bytes, 'owned');
    if (this.#end !== null) this.#next.end(this.#end);
    if (hadNoRoom) this.#onFullChange();
  }
}

const openChain = (discipline: 'chunk' | 'line', room = 1000) => {
  const passed: string[] = [];
  const fullness: boolean[] = [];
  const last: Stage = {
    held: 0,
    memory: 0,
    isFull: false,
    take: (bytes) => void passed.push(text(bytes)),
    end: (end) => void passed.push(`<${end}>`),
    close: () => void passed.push('<gone>'),
  };
  const makeGate = ((next, onFullChange) => new Gate(next, room, onFullChange)) satisfies MakeStage;
  const gate = makeGate(last, () => fullness.push(echo.isFull));
  const echo = new Echo(gate, discipline, 1000, () => undefined);
  return { passed, fullness, gate, echo };
};

describe('a stage between the discipline and what goes out', () => {
  it('holds bytes, whose read may be overwritten meanwhile, and FIN follows behind them', () => {
    const { passed, gate, echo } = openChain('chunk');
    const memory = Buffer.from('one');
    echo.take(memory, 'borrowed');
    memory.set(Buffer.from('two'));
    echo.take(memory, 'borrowed');
    memory.fill('x');
    echo.end('half-close');
    expect(passed).toEqual([]);
    gate.open();
    expect(passed).toEqual(['one', 'two', '<half-close>']);
  });

  it('counts what it holds beside what the discipline keeps', () => {
    const { gate, echo } = openChain('line');
    echo.take(Buffer.from('line\nres'), 'borrowed');
    expect([echo.held, gate.held]).toEqual([8, 5]);
    gate.open();
    expect([echo.held, gate.held]).toEqual([3, 0]);
  });

  it('makes the whole way back full, which a discipline alone does not, and reports it', () => {
    const { fullness, gate, echo } = openChain('line', 4);
    echo.take(Buffer.from('no line yet'), 'borrowed');
    expect(echo.isFull).toBe(false);
    expect(fullness).toEqual([]);
    echo.take(Buffer.from('\n'), 'borrowed');
    expect(echo.isFull).toBe(true);
    expect(fullness).toEqual([true]);
    gate.open();
    expect(echo.isFull).toBe(false);
    expect(fullness).toEqual([true, false]);
  });

  it('learns that the connection is gone, and everything held is discarded', () => {
    const { passed, gate, echo } = openChain('line');
    echo.take(Buffer.from('line\nres'), 'borrowed');
    echo.close();
    expect(echo.held).toBe(0);
    gate.open();
    expect(passed).toEqual(['<gone>']);
  });
});
