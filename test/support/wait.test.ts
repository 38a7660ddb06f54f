import { describe, expect, it } from 'vitest';
import { until } from './wait.ts';

describe('waiting for a condition', () => {
  it('ends when the condition holds', async () => {
    let calls = 0;
    await until(() => ++calls === 3, 'the third call');
    expect(calls).toBe(3);
  });

  it('names in its error what did not come', async () => {
    await expect(until(() => false, 'a miracle', 1)).rejects.toThrow('waited 1 ms for a miracle, which did not come');
  });
});
