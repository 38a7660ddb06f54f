#!/usr/bin/env node
/** The bin. It imports nothing before it knows the Node that runs it: an older one would stop at the first import. */

/** Oldest Node that runs the program, as package.json says to npm. */
const oldest = '22.12';

const isOlder = (version: string, than: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major === thanMajor ? minor < thanMinor : major < thanMajor;
};

/** Whether it will come to a server: a guess, which costs a thread that nobody needs where it is wrong. */
const looksLikeServer = (args: readonly string[]): boolean =>
  !/^(?:send|bench|completion|help)$/.test(args[0] ?? '') &&
  !args.some((arg) => /^(?:-h|--help|-v|--version|--get-yargs-completions)$/.test(arg));

const { node } = process.versions;
if (isOlder(node, oldest)) {
  process.stderr.write(
    `echoscope needs Node ${oldest} or newer; this is Node ${node}. Install a current one from https://nodejs.org\n`,
  );
  process.exitCode = 2;
} else {
  const args = process.argv.slice(2);
  const { prepareProcess } = await import('./start.ts');
  await prepareProcess();
  if (looksLikeServer(args)) {
    const { prepareThread } = await import('./engine/prepared-thread.ts');
    prepareThread();
  }
  const { main } = await import('./main.ts');
  process.exitCode = await main(args);
}
