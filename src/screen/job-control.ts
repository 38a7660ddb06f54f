import { useApp } from 'ink';
import { useCallback, useEffect } from 'react';

const graceMs = 100;

/** The process as a job of its shell, stopped by Ctrl-Z and continued by `fg`. */
export interface JobControl {
  /** Stops the process as Ctrl-Z does outside raw mode; resolves after the shell has continued it. */
  readonly stop: () => Promise<void>;
  /** Reads the size of the window, which may have changed while the process was stopped; resolves at once. */
  readonly catchUp: () => Promise<void>;
  /**
   * Reports SIGTSTP from outside, which stops the process only where `stop` is called, and every SIGCONT. Returns a
   * function that ends it.
   */
  readonly watch: (onSignal: (signal: 'SIGTSTP' | 'SIGCONT') => void) => () => void;
  /** Marks the terminal as given back to the shell. */
  readonly setSuspended: (isSuspended: boolean) => void;
  readonly isSuspended: () => boolean;
}

export const createJobControl = (): JobControl => {
  let onSignal: Parameters<JobControl['watch']>[0] | null = null;
  let suspended = false;
  const onStop = () => onSignal?.('SIGTSTP');
  const onContinue = () => onSignal?.('SIGCONT');

  // The terminal sends SIGWINCH to the foreground job alone.
  const catchUp = async () => {
    process.kill(process.pid, 'SIGWINCH');
  };
  return {
    stop: async () => {
      if (process.platform === 'win32') return;
      // The signal stops only a process that does not catch it.
      process.off('SIGTSTP', onStop);
      // To the whole process group: a parent such as npm must stop too, or the shell does not get the terminal.
      process.kill(0, 'SIGTSTP');
      // The signal may take a moment. Without a job-control shell the kernel drops it: then the timer ends the wait.
      await new Promise((resolve) => setTimeout(resolve, graceMs));
      if (onSignal !== null) process.on('SIGTSTP', onStop);
      await catchUp();
    },
    catchUp,
    setSuspended: (isSuspended) => {
      suspended = isSuspended;
    },
    isSuspended: () => suspended,
    watch: (listener) => {
      onSignal = listener;
      process.on('SIGTSTP', onStop);
      process.on('SIGCONT', onContinue);
      return () => {
        onSignal = null;
        process.off('SIGTSTP', onStop);
        process.off('SIGCONT', onContinue);
      };
    },
  };
};

/**
 * Gives the terminal to the shell while the job is stopped. `suspend` stops it; `redraw` gives the terminal back and takes
 * it at once, which draws all anew, whatever another program has written.
 */
export const useSuspension = ({
  stop,
  catchUp,
  watch,
  setSuspended,
  isSuspended,
}: JobControl): { readonly suspend: () => void; readonly redraw: () => void } => {
  const { suspendTerminal } = useApp();
  const leave = useCallback(
    (until: () => Promise<void>) => {
      // A second Ctrl-Z at the same moment must not suspend twice, and our own stop ends with a SIGCONT too.
      if (isSuspended()) return;
      setSuspended(true);
      void suspendTerminal(until).finally(() => setSuspended(false));
    },
    [suspendTerminal, setSuspended, isSuspended],
  );
  useEffect(
    // A SIGSTOP cannot be caught: at SIGCONT the terminal is left and entered again, which undoes what the shell did.
    () => watch((signal) => leave(signal === 'SIGTSTP' ? stop : catchUp)),
    [watch, leave, stop, catchUp],
  );
  return { suspend: () => leave(stop), redraw: () => leave(catchUp) };
};
