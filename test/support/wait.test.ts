import { describe, expect, it } from 'vitest';
import { until } from './wait.ts';

describe('until', () => {
  it('resolves when the condition holds', async () => {
    let calls = 0;
    await until(() => ++calls === 3, 'the third call');
    expect(calls).toBe(3);
  });

  it('says what it waited for', async () => {
    await expect(until(() => false, 'a miracle', 1)).rejects.toThrow('waited 1 ms in vain for a miracle');
  });
});
