import { Readable, Writable } from 'node:stream';
import { createEmulator, type Emulator, type Size } from '../support/terminal/emulator.ts';

/** An emulated terminal as `mountScreen` takes it. */
export interface Terminal {
  readonly emulator: Emulator;
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Writes so far: none while nothing is drawn. */
  readonly writes: () => number;
  /** All of them, escape sequences included. */
  readonly raw: () => string;
  readonly resize: (size: Size) => void;
}

export function openTerminal(size: Size): Terminal {
  const emulator = createEmulator(size);
  let writes = 0;
  let raw = '';
  const stdout = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      writes += 1;
      raw += chunk;
      // A terminal device moves to the first column at a line feed (ONLCR).
      void emulator.write(chunk.replaceAll('\n', '\r\n')).then(() => done());
    },
  });
  const stdin = new Readable({ read: () => undefined });
  const handle = { isTTY: true, setRawMode: () => handle, ref: () => handle, unref: () => handle };
  return {
    emulator,
    stdin: Object.assign(stdin, handle),
    stdout: Object.assign(stdout, { isTTY: true, ...size }),
    writes: () => writes,
    raw: () => raw,
    resize: (next) => {
      emulator.resize(next);
      Object.assign(stdout, next).emit('resize');
    },
  };
}
