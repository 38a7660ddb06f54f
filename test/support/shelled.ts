import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type Terminal, type TerminalOptions } from './terminal/pty.ts';

/** A program that a shell started, as it is in real life: the shell has the terminal before it and after it. */
export interface ShellTerminal extends Terminal {
  readonly words: ShellOutput;
  /** The terminal's line modes as `stty -a` tells them to the shell. Settles when the program is gone. */
  readonly stty: Promise<{ readonly before: string; readonly after: string }>;
}

/** What the shell has written when the program starts, and what it writes once that is gone; CR LF ends a line. */
export interface ShellOutput {
  readonly before: string;
  readonly after: string;
}

const shellWords: ShellOutput = {
  before: '$ ls\r\n\x1b[1;34mfolder\x1b[0m  notes  안녕\r\n$ program\r\n',
  after: '$ ',
};

// The shell catches what the terminal sends to the whole group, so that it outlives the program; the program itself
// starts with the default dispositions again. What the shell has to say about a killed program stays off the screen.
const script = `
  trap : HUP INT QUIT TERM
  ulimit -c 0
  folder=$1 before=$2 after=$3; shift 3
  stty -a > "$folder/before"
  printf %s "$before"
  exec 3>&2 2> /dev/null
  sh -c 'echo $$ > "$0"; exec "$@" 2>&3 3>&-' "$folder/pid" "$@"
  status=$?
  stty -a > "$folder/after"
  printf %s "$after"
  exit $status
`;

/**
 * Opens a terminal with a shell that runs the program and ends with it. `exited` is then the shell's word for it: a
 * status of 128 and more stands for a signal. `signal` goes to the program alone; it throws while that has not started.
 */
export function openTerminalInShell(options: TerminalOptions, words: ShellOutput = shellWords): ShellTerminal {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-'));
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const terminal = openTerminal({
    ...options,
    command: 'sh',
    args: ['-c', script, 'sh', folder, words.before, words.after, options.command, ...(options.args ?? [])],
  });
  let running = true;
  const stty = terminal.exited.then(() => {
    running = false;
    const modes = { before: read('before'), after: read('after') };
    rmSync(folder, { recursive: true });
    return modes;
  });
  const signal = (name: NodeJS.Signals) => {
    if (running) process.kill(Number(read('pid')), name);
  };
  return {
    ...terminal,
    words,
    stty,
    signal,
    close: async () => {
      if (running) signal('SIGKILL');
      await terminal.close();
      await stty;
    },
  };
}
