import { createReadStream, fstatSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Endpoint } from '../../text/endpoint.ts';
import { type Eol, EscapeError, unescapeBytes, withEol } from '../../text/escapes.ts';
import { exact } from '../../text/format.ts';
import { maxLineLength } from '../../text/line.ts';
import type { Output } from '../output.ts';

/** Calls `expired` once when nothing has happened for so long, in ms. */
export class SilenceTimer {
  readonly #timer: NodeJS.Timeout;

  /** `isExcused`: the silence is not the peer's fault, and the time starts again. */
  constructor(timeoutMs: number, isExcused: () => boolean, expired: () => void) {
    this.#timer = setTimeout(() => {
      if (isExcused()) this.#timer.refresh();
      else expired();
    }, timeoutMs);
  }

  /** Something happened. Bound, to be passed as a callback. */
  readonly reset = (): void => {
    this.#timer.refresh();
  };

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** One input to send, and where its reply goes. */
export interface Exchange {
  readonly endpoint: Endpoint;
  /** How long connecting may take, and every silence, ms. */
  readonly timeoutMs: number;
  readonly expectEcho: boolean;
  /** Our side stays open behind the input, and the reply ends with a silence of `timeoutMs`. */
  readonly noHalfClose: boolean;
  readonly input: Input;
  readonly output: Output;
  /** Aborts it: what is open is closed, what has come stays written. */
  readonly signal: AbortSignal;
}

/** The bytes to send, piece by piece. */
export interface Input {
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Whether it is typed in a terminal: no timeout holds while typing. */
  readonly typed: boolean;
  /** Leaves what has not been read. */
  readonly close?: () => void;
}

/** Small enough that the kernel takes a piece within the timeout on a slow network too. */
const pieceBytes = 64 * 1024;

/**
 * Standard input. `process.stdin` silently reads nothing from a directory or a block device: it supports files, pipes,
 * sockets and character devices. A stream of the descriptor reads the device, and fails with EISDIR for a directory.
 */
export const openStdin = (): Readable => {
  const { stdin } = process;
  if (stdin.isTTY) return stdin;
  const given = fstatSync(stdin.fd);
  return given.isDirectory() || given.isBlockDevice()
    ? createReadStream('', { fd: stdin.fd, autoClose: false })
    : stdin;
};

/** Cuts bytes into pieces of 64 KiB. */
export function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/**
 * The lines of a stream, each with its newline (POSIX.1-2024, 3.185), the last one perhaps without. A line of more
 * than `longest` bytes is yielded as far as it has come, and is the last.
 */
export async function* lines(chunks: Input['pieces'], longest: number): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a) + 1; end > 0; end = rest.indexOf(0x0a) + 1) {
      yield rest.subarray(0, end);
      rest = rest.subarray(end);
    }
    if (rest.length > longest) break;
  }
  if (rest.length > 0) yield rest;
}

/** Where the line end begins, LF or CRLF; the length of the line where it has none. */
const lineEnd = (line: Uint8Array): number => {
  if (line.at(-1) !== 0x0a) return line.length;
  return line.at(-2) === 0x0d ? line.length - 2 : line.length - 1;
};

/**
 * Lines as the prompt would send them: with escapes read, and with another line end in place of their own; `none` leaves
 * it as it is. Throws for a line that has no meaning, or is longer than one may be typed.
 */
export async function* asTyped(given: Input['pieces'], escapes: boolean, eol: Eol): AsyncGenerator<Uint8Array> {
  let number = 0;
  for await (const line of given) {
    number += 1;
    if (line.length > maxLineLength) throw new Error(`line ${number} has more than ${exact(maxLineLength)} bytes`);
    const end = lineEnd(line);
    const bytes = escapes ? readEscapes(line.subarray(0, end), number) : line.subarray(0, end);
    yield eol === 'none' ? Buffer.concat([bytes, line.subarray(end)]) : withEol(bytes, eol);
  }
}

const readEscapes = (line: Uint8Array, number: number): Uint8Array => {
  try {
    return unescapeBytes(line);
  } catch (error) {
    throw error instanceof EscapeError ? new Error(`line ${number}, ${error.message}`) : error;
  }
};

/** The process's arguments before Node decoded them; none where there is no such file (proc_pid_cmdline(5)). */
const rawArguments = (): readonly Uint8Array[] => {
  try {
    const given = readFileSync('/proc/self/cmdline', 'latin1').split('\0');
    return given.map((argument) => Buffer.from(argument, 'latin1'));
  } catch {
    return [];
  }
};

/**
 * The bytes of words of the command line. Node replaces invalid UTF-8 in its arguments by U+FFFD; such words are read again
 * from the raw arguments. Where several decode alike, both lists have them in the same order.
 */
export const wordBytes = (words: readonly string[], raw = rawArguments): readonly Uint8Array[] => {
  if (!words.some((word) => word.includes('\uFFFD'))) return words.map((word) => Buffer.from(word));
  const given = raw();
  let from = 0;
  return words.map((word) => {
    if (!word.includes('\uFFFD')) return Buffer.from(word);
    const at = given.findIndex((bytes, index) => index >= from && Buffer.from(bytes).toString() === word);
    from = Math.max(from, at + 1);
    return given[at] ?? Buffer.from(word);
  });
};
