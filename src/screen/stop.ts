const graceMs = 100;

/**
 * Stops the process as Ctrl-Z does outside raw mode; resolves after the shell has continued it. The whole process
 * group is stopped, so that a parent such as npm hands the terminal on to the shell.
 */
export const stopProcess = async (): Promise<void> => {
  if (process.platform === 'win32') return;
  process.kill(0, 'SIGTSTP');
  // The signal may take a moment. The timer ends after the stop, or after nothing: without a job-control shell the
  // kernel drops the signal.
  await new Promise((resolve) => setTimeout(resolve, graceMs));
  // A window that was resized meanwhile told only the foreground job, which was another.
  process.kill(process.pid, 'SIGWINCH');
};
