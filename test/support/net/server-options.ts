import type { ServerOptions } from '../../../src/engine/protocol.ts';

/** A server that limits nothing, for tests that are about something else. */
export const serverDefaults: ServerOptions = {
  discipline: 'chunk',
  backlog: 511,
  threads: 1,
  maxConnections: 100,
  maxBufferBytes: 16 << 20,
  maxMemoryBytes: 2 ** 40,
  idleTimeoutMs: null,
  noDelay: true,
  recordBytes: 1 << 20,
  allow: [],
  deny: [],
};
