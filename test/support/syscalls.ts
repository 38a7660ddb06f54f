import { spawnSync } from 'node:child_process';
import { requireProgram, skipBecause } from './program.ts';

/** A system call that fails: with which errno, and which of its calls, counted in the whole program (`2..5`, `3+`). */
export interface Failure {
  readonly call: string;
  readonly errno: string;
  readonly when: string;
}

/** What runs a program so that some of its system calls fail, whatever the kernel would say (strace -e inject). */
export const failing = (...failures: readonly Failure[]): readonly string[] => [
  // The tracer stands aside: the program itself is the child, and gets the signals.
  ...['strace', '-D', '-f', '-qqq', '--seccomp-bpf', '-o', '/dev/null'],
  ...['-e', `trace=${failures.map(({ call }) => call).join(',')}`],
  ...failures.flatMap(({ call, errno, when }) => ['-e', `inject=${call}:error=${errno}:when=${when}`]),
];

/** What runs a program so that a file has each call of one kind (strace). */
export const tracing = (call: string, file: string): readonly string[] => [
  ...['strace', '-D', '-f', '-qqq', '--seccomp-bpf', '-e', `trace=${call}`, '-o', file],
];

/** Whether system calls can be made to fail here; says so where they cannot, and throws there on a CI machine. */
export function requireFailing(): boolean {
  if (!requireProgram('strace')) return false;
  const [command = '', ...args] = failing({ call: 'getppid', errno: 'EPERM', when: '1+' });
  if (spawnSync(command, [...args, 'true']).status === 0) return true;
  return skipBecause('strace may not trace here');
}
