import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** What the program can see of how it was started. */
export interface Origin {
  /** The last word that a shell ran, as it tells (bash(1), `_`). */
  readonly lastCommand: string | undefined;
  /** /proc/PID/status of the process that started us; empty where there is none. */
  readonly parentStatus: string;
  /** /proc/self/fdinfo/0, and where stdin and stdout lead; empty where that cannot be read. */
  readonly stdinInfo: string;
  readonly stdin: string;
  readonly stdout: string;
}

const orEmpty = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

const currentOrigin = (): Origin => ({
  lastCommand: process.env._,
  parentStatus: orEmpty(() => readFileSync(`/proc/${process.ppid}/status`, 'utf8')),
  stdinInfo: orEmpty(() => readFileSync('/proc/self/fdinfo/0', 'utf8')),
  stdin: orEmpty(() => readlinkSync('/proc/self/fd/0')),
  stdout: orEmpty(() => readlinkSync('/proc/self/fd/1')),
});

/** The mask has a bit for each signal, the lowest for 1, which is SIGHUP (proc_pid_status(5)). */
const ignoresHangUp = (status: string): boolean =>
  (Number.parseInt(/^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(status)?.[1] ?? '0', 16) & 1) === 1;

/** The access mode of open(2) in the octal flags of proc_pid_fdinfo(5): 1 is O_WRONLY. */
const isWriteOnly = (info: string): boolean =>
  (Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '0', 8) & 3) === 1;

/**
 * Whether SIGHUP was ignored when the program was started, which must then stay so (nohup(1), POSIX.1-2024). Node gives each signal its
 * default before our first line, so this looks for the traces: nohup as the shell's last word; what nohup puts in the place of a terminal,
 * nohup.out for stdout and a stdin that cannot be read (GNU); a parent that ignores the signal, as a script with `trap '' HUP`. On
 * systems without /proc there is only the first one.
 */
export const isHangUpIgnored = (origin: Origin = currentOrigin()): boolean =>
  basename(origin.lastCommand ?? '') === 'nohup' ||
  basename(origin.stdout) === 'nohup.out' ||
  (origin.stdin === '/dev/null' && isWriteOnly(origin.stdinInfo)) ||
  ignoresHangUp(origin.parentStatus);

/** The signals that end a server in order. */
export const endingSignals = (): readonly NodeJS.Signals[] =>
  isHangUpIgnored() ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
