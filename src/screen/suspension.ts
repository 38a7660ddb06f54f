import { useApp } from 'ink';
import { useCallback, useEffect } from 'react';
import type { JobControl } from './job.ts';

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
