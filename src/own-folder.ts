import type { Stats } from 'node:fs';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Folders of the user as the XDG Base Directory Specification 0.8 names them: a variable, and what holds where it is not set. */
const places = {
  state: ['XDG_STATE_HOME', '.local', 'state'],
  cache: ['XDG_CACHE_HOME', '.cache'],
} as const;

const absolute = (path: string | undefined): string | null => (path !== undefined && isAbsolute(path) ? path : null);

/** The home directory: HOME, or what the system's user database says where that is no absolute path. Null: there is none. */
export const homeFolder = (variables: NodeJS.ProcessEnv = process.env): string | null => {
  const named = absolute(process.platform === 'win32' ? variables.USERPROFILE : variables.HOME);
  if (named !== null) return named;
  try {
    return absolute(userInfo().homedir);
  } catch {
    // A user that the database does not know, as in containers.
    return null;
  }
};

/** A folder for the program alone, below one that the user's environment names. */
export interface UserFolder {
  /** What the environment, the only authority on it, says is the user's. */
  readonly base: string;
  readonly path: string;
}

/**
 * Where the program keeps its files of a kind. A relative path in the variable counts as none (XDG). Null where the user has no home
 * either.
 */
export const userFolder = (
  kind: keyof typeof places,
  variables: NodeJS.ProcessEnv = process.env,
): UserFolder | null => {
  const [variable, ...below] = places[kind];
  const named = absolute(variables[variable]);
  const base = named ?? homeFolder(variables);
  if (base === null) return null;
  return { base, path: join(base, ...(named === null ? below : []), 'echoscope') };
};

/** A folder is not the user's alone. */
export class ForeignFolderError extends Error {
  override readonly name = 'ForeignFolderError';
}

const [groupWrites, othersWrite, sticky] = [0o020, 0o002, 0o1000];

/** Whether anyone but this user and root could put a file into the folder, or above it (`isAbove`) in the place of one of ours. */
const isForeign = ({ uid, gid, mode }: Stats, isAbove: boolean, user: number): boolean => {
  if (uid !== user && uid !== 0) return true;
  if (isAbove && (mode & sticky) !== 0) return false;
  // Many systems give each user a group of its own, with the number of the user (user private groups).
  return (mode & othersWrite) !== 0 || ((mode & groupWrites) !== 0 && gid !== user);
};

/** A path and those above it, up to `top` or the root. */
const upTo = (top: string, path: string): readonly string[] =>
  path === top || path === dirname(path) ? [path] : [path, ...upTo(top, dirname(path))];

/**
 * Checks the folders from `path` up to the user's base, as sshd does (StrictModes, sshd_config(5)). Both are real. `own` is that of the
 * program alone, where it is there.
 */
const refuseForeign = async (path: string, base: string, own: string | null, user: number): Promise<void> => {
  const folders = upTo(base, path);
  const checked = await Promise.all(
    folders.map(async (at) => (isForeign(await lstat(at), at !== own, user) ? at : null)),
  );
  const foreign = checked.find((at) => at !== null);
  if (foreign !== undefined) throw new ForeignFolderError(`others can write in ${foreign}`);
};

/** The real path of a folder; where it is missing that of the nearest one above it. */
const existing = async (path: string): Promise<{ readonly real: string; readonly isMissing: boolean }> => {
  try {
    return { real: await realpath(path), isMissing: false };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || path === dirname(path)) throw error;
    return { real: (await existing(dirname(path))).real, isMissing };
  }
};

/**
 * Makes the folder where it is missing, for the user alone. Resolves to its real path, in which nobody else can change anything: not who
 * owns a folder above it, not through a link. Rejects with a ForeignFolderError where somebody could, before anything is made: root, with
 * the HOME of a user, leaves nothing there.
 */
export const ownFolder = async ({ base, path }: UserFolder): Promise<string> => {
  // Windows: the folders of a profile are closed to other users, and no mode says so.
  const user = process.geteuid?.();
  if (user === undefined) {
    await mkdir(path, { recursive: true });
    return path;
  }
  // One behind the other: on a dead file system each would hold one of the four threads that look names up as well.
  const found = await existing(path);
  const top = await existing(base);
  await refuseForeign(found.real, top.real, found.isMissing ? null : found.real, user);
  if (!found.isMissing) return found.real;
  await mkdir(path, { recursive: true, mode: 0o700 });
  const real = await realpath(path);
  await refuseForeign(real, top.real, real, user);
  return real;
};
