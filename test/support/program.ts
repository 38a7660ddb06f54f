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
  if (hasProgram(name)) return true;
  if (process.env.CI) throw new Error(`${name} is not installed`);
  console.log(`skipped: ${name} is not installed`);
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
