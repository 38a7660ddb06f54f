import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm test` runs the projects `quick`: all but these files, which take long, need outside programs, or repeat a face. */
const thorough = [
  'test/{faults,hostile,interop}/**/*.test.ts',
  'test/e2e/{console/*,completion,leaving,send-typed,serve-netcat}.test.ts',
  'test/{bench/programs/*,commands/bench/{faults,threads}}.test.ts',
  'test/**/{broken,hostile,many,model,netcat,no-shared-port,truth}.test.ts',
];

/** What `npm run test:all` plays at its full length: a million sequences. `npm test` plays a part of it. */
const counted = ['test/text/terminal/random.test.ts'];

/** Tests of functions that leave nothing behind: they share processes. */
const pure = ['test/{text,model,memory}/**/*.test.ts'];

export default defineConfig({
  test: {
    // What the caller's variables would change is set there, for the tests and the programs that they start.
    setupFiles: ['test/support/set-up.ts'],
    env: {
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
    // A test waits for conditions, never for time: these limits end what hangs, and a loaded machine stays far below them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    projects: [
      { extends: true, test: { name: 'quick', include: ['test/**/*.test.{ts,tsx}'], exclude: [...thorough, ...pure] } },
      // A process for each of these files would take as long to start as they take themselves.
      { extends: true, test: { name: 'quick, pure', include: pure, exclude: thorough, isolate: false } },
      { extends: true, test: { name: 'thorough', include: thorough } },
      { extends: true, test: { name: 'at full length', include: counted, env: { ECHOSCOPE_RUNS: '40' } } },
      // What holds on the wire holds for any number of threads, and for each kind of stream: the same scenarios once more
      // (test/support/net/wire.ts, src/wire/transport/stream.ts).
      {
        extends: true,
        test: {
          name: 'two threads',
          include: ['test/engine/*.test.ts', 'test/wire/{server,client}/*.test.ts'],
          exclude: [
            'test/engine/{broken,call-histories,dropped-datagrams}.test.ts',
            'test/wire/*/{accept-priority,connection-table,draining,many,tcp-link}.test.ts',
            'test/wire/*/{named-listeners,threads,udp-link,udp-loop-detector,udp-name,udp-peers}.test.ts',
          ],
          env: { WIRE_THREADS: '2' },
        },
      },
      {
        extends: true,
        test: {
          name: 'plain streams',
          include: ['test/wire/{server/{connection-actions,disciplines,echo,limits},client/embedded-client}.test.ts'],
          env: { PLAIN_STREAMS: '1' },
        },
      },
    ],
  },
});
