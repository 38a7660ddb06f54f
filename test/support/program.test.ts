import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasProgram, requireProgram } from './program.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('program', () => {
  it('is found on the path', () => {
    expect(hasProgram('sh')).toBe(true);
    expect(hasProgram('no-such-program')).toBe(false);
  });

  it('is skipped aloud where it is missing', () => {
    vi.stubEnv('CI', undefined);
    const log = vi.spyOn(console, 'log').mockReturnValue();
    expect(requireProgram('no-such-program')).toBe(false);
    expect(log).toHaveBeenCalledWith('skipped: no-such-program is not installed');
  });

  it('is a failure on a CI machine where it is missing', () => {
    vi.stubEnv('CI', 'true');
    expect(() => requireProgram('no-such-program')).toThrow('no-such-program is not installed');
  });
});
