import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    env: {
      // What the console draws depends on the locale.
      LC_ALL: 'C.UTF-8',
      // Each wire thread of a test would load Node's TypeScript compiler for itself, which is WebAssembly: three times the
      // time to start, and now and then a crash of V8 when such a thread ends (nodejs/node#64500).
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.compile-cache', import.meta.url)),
    },
    // A test left as the only one to run would hide all the others.
    allowOnly: false,
    // Processes, not threads: tests start worker threads and terminals, and watch signals and exit statuses.
    pool: 'forks',
    // Also where there are only two cores: most tests wait for other programs most of the time.
    maxWorkers: 3,
    // A test waits for conditions, never for time; on a loaded machine a program in a terminal may take seconds.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A shared machine can set a program aside for longer than a test waits for it. Twice in a row is a failure; the
    // report names each test that was tried again.
    retry: process.env.CI === 'true' ? 1 : 0,
    projects: [
      { extends: true, test: { name: 'all', include: ['test/**/*.test.{ts,tsx}'] } },
      // What holds on the wire holds for any number of threads, and for each kind of stream: the same scenarios once more
      // (test/support/wire.ts, src/wire/transport/stream.ts).
      {
        extends: true,
        test: {
          name: 'two threads',
          include: ['test/engine/*.test.ts', 'test/wire/**/*.test.ts'],
          exclude: [
            'test/wire/{journal,model/**,*/{draining,echo-check,many,reset,accept-priority,streams,udp-link,udp-name,udp-peers,connection-table,udp-loop-detector,tcp-link}}.test.ts',
            'test/wire/server/threads*.test.ts',
            'test/wire/echo/**',
            'test/engine/call-histories.test.ts',
          ],
          env: { WIRE_THREADS: '2' },
        },
      },
      {
        extends: true,
        test: {
          name: 'plain streams',
          include: [
            'test/wire/{server/{connection-actions,disciplines,echo,limits,tap},client/embedded-client}.test.ts',
          ],
          env: { PLAIN_STREAMS: '1' },
        },
      },
    ],
  },
});
