import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Every value of a byte sixteen times, then NULs: few enough for any program to pass on in one piece. */
export const block = Buffer.concat([
  ...Array.from({ length: 16 }, () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
  Buffer.alloc(1000),
]);

/** What is left of a stream of bytes that nobody keeps. */
export interface Sum {
  readonly length: number;
  readonly sha256: string;
}

/** Reads a stream to its end and keeps its checksum alone. */
export async function sumOf(stream: AsyncIterable<Buffer> | readonly Buffer[]): Promise<Sum> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  return { length, sha256: hash.digest('hex') };
}

/** A file with more bytes than fit in all the buffers on their way. */
export interface Mass {
  readonly path: string;
  /** 64 MiB, and what is in them. */
  readonly sum: Sum;
}

/** Keeps such a file for the tests of this suite. */
export function useMass(): () => Mass {
  let folder = '';
  let mass: Mass | null = null;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'interop-'));
    mass = write(join(folder, 'mass'), 64);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return () => {
    if (mass === null) throw new Error('no file before the first test');
    return mass;
  };
}

function write(path: string, pieces: number): Mass {
  const hash = createHash('sha256');
  const file = openSync(path, 'wx');
  for (let n = 0; n < pieces; n += 1) {
    const piece = randomBytes(1 << 20);
    hash.update(piece);
    writeSync(file, piece);
  }
  closeSync(file);
  return { path, sum: { length: pieces << 20, sha256: hash.digest('hex') } };
}
