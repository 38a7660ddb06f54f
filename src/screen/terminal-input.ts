import { InputParser, type Wait } from '../text/terminal/input-parser.ts';
import { type Press, pressesOf } from './keys/keys.ts';

/** How long more may belong to an ESC, ms. A terminal sends a sequence at once, and a person waits for Escape. */
const escapeMs = 30;
/** How long the next part of what has begun may take, ms: a slow line, or a paste that the terminal is still sending. */
const restMs = 2_000;

/** Bytes of a read that no one types: text without the marks of a paste, from a terminal that has none. */
const burstBytes = 1_024;
/** How long such text is gathered, ms: the line is looked at once for all of it, not for each of a thousand reads. */
const burstMs = 100;

const patienceMs: Readonly<Record<Exclude<Wait, 'nothing'>, number>> = {
  escape: escapeMs,
  rest: restMs,
  overdue: escapeMs,
};

/** The keys of a terminal, which go past Ink: it replaces bytes, and reads reports as keys. */
export interface TerminalInput {
  /**
   * What Ink is given in place of the terminal. Ink sets its modes and says when to read; to Ink itself nothing ever comes.
   * So the terminal is given back by Ink alone, whatever ends or suspends it.
   */
  readonly stdin: NodeJS.ReadableStream;
  /** Calls `listener` with what was pressed, a read at a time; returns a function that ends it. */
  readonly subscribe: (listener: (presses: readonly Press[]) => void) => () => void;
}

/** Texts that follow each other are one. */
const joined = (presses: readonly Press[]): readonly Press[] => {
  const all: Press[] = [];
  let run: string[] = [];
  const endRun = () => {
    if (run.length > 0) all.push({ type: 'text', text: run.join('') });
    run = [];
  };
  for (const press of presses) {
    if (press.type === 'text') run.push(press.text);
    else {
      endRun();
      all.push(press);
    }
  }
  endRun();
  return all;
};

export const openTerminalInput = (terminal: NodeJS.ReadableStream): TerminalInput => {
  const parser = new InputParser();
  const listeners = new Set<(presses: readonly Press[]) => void>();
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;

  let gathered: Press[] = [];
  let burst: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(burst);
    burst = undefined;
    const presses = joined(gathered);
    gathered = [];
    if (presses.length > 0) for (const listener of listeners) listener(presses);
  };
  const tell = (presses: readonly Press[], isBurst = false) => {
    gathered.push(...presses);
    if ((isBurst || burst !== undefined) && presses.every(({ type }) => type === 'text'))
      burst ??= setTimeout(flush, burstMs);
    else flush();
  };
  const stopWaiting = () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
  const giveUp = () => {
    tell(pressesOf(parser.giveUp()));
  };
  const wait = () => {
    stopWaiting();
    const { waits } = parser;
    if (waits === 'nothing') return;
    // A loaded program may be late: what has come meanwhile is read before the next turn.
    timer = setTimeout(() => {
      turn = setImmediate(giveUp);
    }, patienceMs[waits]);
  };
  const onData = (data: Uint8Array | string) => {
    const presses = pressesOf(parser.push(typeof data === 'string' ? Buffer.from(data) : data));
    // Someone who presses Ctrl-C again and again must not keep waiting what is given up next.
    if (!parser.isInterrupted) wait();
    tell(presses, data.length >= burstBytes);
  };
  const start = () => {
    terminal.on('data', onData);
    // It stays paused otherwise, once it was.
    terminal.resume();
    wait();
  };
  const stop = () => {
    stopWaiting();
    flush();
    terminal.off('data', onData);
    terminal.pause();
  };

  const inPlace: Readonly<Record<string, unknown>> = {
    read: () => null,
    setEncoding: () => stdin,
    addListener: (event: string) => {
      if (event === 'readable') start();
      return stdin;
    },
    removeListener: (event: string) => {
      if (event === 'readable') stop();
      return stdin;
    },
  };
  const stdin = new Proxy(terminal, {
    get: (target, name) => {
      if (typeof name === 'string' && Object.hasOwn(inPlace, name)) return inPlace[name];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    stdin,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
