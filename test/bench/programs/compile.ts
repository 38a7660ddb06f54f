import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasProgram } from '../../support/program.ts';

/** A program in C, compiled for this run. */
export interface Compiled {
  readonly binary: string;
  /** Why it is not there, null where it is. */
  readonly missing: string | null;
  /** Takes it away again. The end of this process does so too, unless it is killed, as Vitest kills its workers. */
  remove(): void;
}

const nothing = (): void => undefined;

const flags = ['-O2', '-std=c17', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];

/** Compiles one of the sources beside this file. Throws where there is a compiler that does not like it. */
export const compile = (name: 'echo' | 'load' | 'burst'): Compiled => {
  if (process.platform !== 'linux') return { binary: '', missing: 'epoll is a part of Linux', remove: nothing };
  if (!hasProgram('cc')) return { binary: '', missing: 'no C compiler (cc)', remove: nothing };
  const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const binary = join(folder, name);
  const { status, stderr } = spawnSync('cc', [...flags, '-o', binary, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cc ${source}:\n${stderr}`);
  return { binary, missing: null, remove };
};
