import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program is on the path. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

/**
 * Whether the tests that need a program can run; says so where they cannot: `describe.runIf(requireProgram('nc'))`.
 * Throws on a CI machine, where nothing may be missing unseen.
 */
export function requireProgram(name: string): boolean {
  return hasProgram(name) || skipBecause(`${name} is not installed`);
}

/** Prints why tests are left out on this machine, and returns false. Throws on a CI machine (set-up.ts). */
export function skipBecause(reason: string): false {
  if (process.env.MISSING_PROGRAMS === 'fail') throw new Error(reason);
  console.log(`skipped: ${reason}`);
  return false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
