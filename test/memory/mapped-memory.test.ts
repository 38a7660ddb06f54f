import { describe, expect, it } from 'vitest';
import { mapMemory, releaseMemory } from '../../src/memory/mapped-memory.ts';

const kib64 = 64 * 1024;

describe('memory that is mapped', () => {
  it('is gone when it is released, and harmless to release again', () => {
    const memory = mapMemory(3 * kib64);
    memory.fill('x');
    expect(memory.toString('latin1', 3 * kib64 - 1)).toBe('x');
    releaseMemory(memory.subarray(5, 10));
    expect(memory.length).toBe(0);
    releaseMemory(memory);
  });

  it('is no use for little: that comes from malloc, and stays with whoever holds it', () => {
    const memory = mapMemory(kib64 - 1);
    releaseMemory(memory);
    expect(memory.length).toBe(kib64 - 1);
  });

  it('of one read is used again, never by two at once', () => {
    const held = Array.from({ length: 40 }, () => mapMemory(kib64));
    for (const memory of held) releaseMemory(memory);
    const again = Array.from({ length: 40 }, () => mapMemory(kib64));
    expect(new Set(again.map(({ buffer }) => buffer)).size).toBe(40);
    expect(again.every(({ length }) => length === kib64)).toBe(true);
  });
});
