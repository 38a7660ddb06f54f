import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasProgram, requireProgram } from './program.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a program that tests need', () => {
  it('is found on the path', () => {
    expect(hasProgram('sh')).toBe(true);
    expect(hasProgram('no-such-program')).toBe(false);
  });

  it('is missing: its tests are skipped, and the reason is printed', () => {
    vi.stubEnv('MISSING_PROGRAMS', 'skip');
    const log = vi.spyOn(console, 'log').mockReturnValue();
    expect(requireProgram('no-such-program')).toBe(false);
    expect(log).toHaveBeenCalledWith('skipped: no-such-program is not installed');
  });

  it('is missing on a CI machine: that is a failure', () => {
    vi.stubEnv('MISSING_PROGRAMS', 'fail');
    expect(() => requireProgram('no-such-program')).toThrow('no-such-program is not installed');
  });
});
