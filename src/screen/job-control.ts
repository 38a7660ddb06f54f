import { useApp } from 'ink';
import { useCallback, useEffect } from 'react';

const graceMs = 100;

/** What the job control of a shell does to the process, and how the process plays its part. */
export interface JobControl {
  /** Stops the process as Ctrl-Z does outside raw mode; resolves after the shell has continued it. */
  readonly stop: () => Promise<void>;
  /** Catches up with what a process that was stopped has missed; resolves at once. */
  readonly catchUp: () => Promise<void>;
  /**
   * Tells of a stop that is asked for from outside, which does not happen unless `stop` is called, and of every
   * continuation. Returns how to end it.
   */
  readonly watch: (hear: (signal: 'SIGTSTP' | 'SIGCONT') => void) => () => void;
  /** Says whether the terminal is the shell's for now, and as the shell had it. */
  readonly setSuspended: (isSuspended: boolean) => void;
  readonly isSuspended: () => boolean;
}

/** The process as a job of its shell. */
export const createJobControl = (): JobControl => {
  let hear: Parameters<JobControl['watch']>[0] | null = null;
  let suspended = false;
  const onStop = () => hear?.('SIGTSTP');
  const onContinue = () => hear?.('SIGCONT');

  // A window that was resized meanwhile told only the foreground job, which was another.
  const catchUp = async () => {
    process.kill(process.pid, 'SIGWINCH');
  };
  return {
    stop: async () => {
      if (process.platform === 'win32') return;
      // The signal stops only a process that does not catch it.
      process.off('SIGTSTP', onStop);
      // The whole process group, so that a parent such as npm hands the terminal on to the shell.
      process.kill(0, 'SIGTSTP');
      // The signal may take a moment. The timer ends after the stop, or after nothing: without a job-control shell the
      // kernel drops the signal.
      await new Promise((resolve) => setTimeout(resolve, graceMs));
      if (hear !== null) process.on('SIGTSTP', onStop);
      await catchUp();
    },
    catchUp,
    setSuspended: (isSuspended) => {
      suspended = isSuspended;
    },
    isSuspended: () => suspended,
    watch: (listener) => {
      hear = listener;
      process.on('SIGTSTP', onStop);
      process.on('SIGCONT', onContinue);
      return () => {
        hear = null;
        process.off('SIGTSTP', onStop);
        process.off('SIGCONT', onContinue);
      };
    },
  };
};

/** Hands the terminal to the shell and takes it back as the job is stopped and continued; returns how to stop it. */
export const useSuspension = ({ stop, catchUp, watch, setSuspended, isSuspended }: JobControl): (() => void) => {
  const { suspendTerminal } = useApp();
  const leave = useCallback(
    (until: () => Promise<void>) => {
      // A second Ctrl-Z of the same moment has nothing left to suspend, and our own stop ends with a SIGCONT too.
      if (isSuspended()) return;
      setSuspended(true);
      void suspendTerminal(until).finally(() => setSuspended(false));
    },
    [suspendTerminal, setSuspended, isSuspended],
  );
  useEffect(
    // A SIGSTOP cannot be caught: what the shell did to the terminal meanwhile is undone by leaving it late and
    // entering it again.
    () => watch((signal) => leave(signal === 'SIGTSTP' ? stop : catchUp)),
    [watch, leave, stop, catchUp],
  );
  return () => leave(stop);
};
