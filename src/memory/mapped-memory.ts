/** From so many bytes on memory comes from the kernel. To map it costs 1 µs a KiB, and few connections hold so much. */
const mappedBytes = 64 * 1024;

/** Memory of that size that is kept for the next one, pieces: a stream that stalls now and then does not map it each time. */
const maxSpare = 16;
const spare: Buffer<ArrayBuffer>[] = [];

/**
 * Memory that goes back to the kernel at once when it is released: that of a resizable ArrayBuffer is mapped. Of what malloc
 * gave, a program that had held 128 MiB in pieces of 4 MiB kept all of it, for good (measured, glibc).
 */
export const mapMemory = (bytes: number): Buffer<ArrayBuffer> => {
  if (bytes < mappedBytes) return Buffer.allocUnsafeSlow(bytes);
  const ready = bytes === mappedBytes ? spare.pop() : undefined;
  if (ready !== undefined) return ready;
  try {
    return Buffer.from(new ArrayBuffer(bytes, { maxByteLength: bytes }));
  } catch {
    // No room for another mapping (ulimit -v, vm.max_map_count).
    return Buffer.allocUnsafeSlow(bytes);
  }
};

/**
 * Releases the memory of `mapMemory`, once, when nobody reads it any more: a thread that has become idle collects no
 * garbage, and would keep it. Does nothing with other memory: only this is resizable.
 */
export const releaseMemory = ({ buffer }: Uint8Array): void => {
  if (!(buffer instanceof ArrayBuffer) || !buffer.resizable || buffer.detached) return;
  if (buffer.byteLength === mappedBytes && spare.length < maxSpare) spare.push(Buffer.from(buffer));
  else buffer.transferToFixedLength(0);
};
