import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ForeignFolderError, homeFolder, ownFolder, userFolder } from '../src/own-folder.ts';

/** A home directory of the test's own. */
const home = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'echoscope-home-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const cacheIn = (base: string) => ({ base, path: join(base, '.cache/echoscope') });

describe('where files of the user are', () => {
  it('is what XDG says, and a relative or an empty path there counts as none', () => {
    expect(userFolder('state', { HOME: '/h', XDG_STATE_HOME: '/state' })?.path).toBe('/state/echoscope');
    for (const XDG_STATE_HOME of ['', 'relative', './x', '../x'])
      expect(userFolder('state', { HOME: '/h', XDG_STATE_HOME })?.path).toBe('/h/.local/state/echoscope');
    expect(userFolder('cache', { HOME: '/h' })?.path).toBe('/h/.cache/echoscope');
  });

  it('is the home that the system knows, where HOME is none', () => {
    for (const HOME of [undefined, '', 'relative', '.']) expect(homeFolder({ HOME })).toBe(userInfo().homedir);
  });
});

describe('a folder that is ours alone', () => {
  it('is made, closed to others', async () => {
    const base = home();
    const folder = await ownFolder(cacheIn(base));
    expect(folder).toBe(join(base, '.cache/echoscope'));
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
  });

  const expectRefused = async (mode: number, group: number | null) => {
    const base = home();
    const cache = join(base, '.cache');
    mkdirSync(cache);
    if (group !== null) chownSync(cache, process.geteuid?.() ?? 0, group);
    chmodSync(cache, mode);
    await expect(ownFolder(cacheIn(base))).rejects.toThrow(ForeignFolderError);
    expect(readdirSync(cache)).toEqual([]);
  };

  it('is refused where everyone can write in a folder above it, and nothing is made there', () =>
    expectRefused(0o777, null));

  it.runIf(process.geteuid?.() === 0)('is refused where another group can write above it', () =>
    expectRefused(0o770, 12345),
  );

  it('is followed through a link, and refused where others can write on the way to its end', async () => {
    const [base, other] = [home(), home()];
    mkdirSync(join(other, 'open/cache'), { recursive: true });
    symlinkSync(join(other, 'open/cache'), join(base, '.cache'));
    expect(await ownFolder(cacheIn(base))).toBe(join(other, 'open/cache/echoscope'));
    chmodSync(join(other, 'open'), 0o777);
    await expect(ownFolder(cacheIn(base))).rejects.toThrow(`others can write in ${join(other, 'open')}`);
  });

  it('may be below a shared folder that lets nobody rename what is not theirs', async () => {
    const base = home();
    chmodSync(base, 0o1777);
    expect(await ownFolder(cacheIn(base))).toBe(join(base, '.cache/echoscope'));
  });

  it('may not be such a shared folder itself: others could leave a link to a file of ours in it', async () => {
    const { base, path } = cacheIn(home());
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o1777);
    await expect(ownFolder({ base, path })).rejects.toThrow(`others can write in ${path}`);
  });

  it.runIf(process.geteuid?.() === 0).each([
    ['the home', ''],
    ['a folder below it', '.cache'],
    ['the folder itself', '.cache/echoscope'],
  ])('is refused where another user owns %s, as for root with the HOME of a user', async (_, owned) => {
    const base = home();
    mkdirSync(join(base, owned), { recursive: true });
    chownSync(join(base, owned), 12345, 12345);
    await expect(ownFolder(cacheIn(base))).rejects.toThrow(ForeignFolderError);
    if (owned === '') expect(existsSync(join(base, '.cache'))).toBe(false);
  });
});
