import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What the console draws depends on the locale.
    env: { LC_ALL: 'C.UTF-8' },
    include: ['test/**/*.test.{ts,tsx}'],
    // A test left as the only one to run would hide all the others.
    allowOnly: false,
    // Processes, not threads: tests start worker threads and terminals, and watch signals and exit statuses.
    pool: 'forks',
    // A test waits for conditions, never for time; on a loaded machine a program in a terminal may take seconds.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
