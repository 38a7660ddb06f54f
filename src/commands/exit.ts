/** Signals whose default action gives the status, as a shell tells it. */
const signals: Readonly<Record<number, NodeJS.Signals>> = { 130: 'SIGINT', 143: 'SIGTERM' };

/**
 * Ends the process at once, for a user who asked for it or because all has been said. Node's own end waits for each call that a thread of
 * libuv's pool is in, and one to a file on a dead network file system never ends: there it takes a signal, SIGKILL (137) where no other
 * one gives the status. A name that is looked up has an answer in the end: only a user who interrupts does not wait for it.
 */
export const exitNow = (status: number): void => {
  const calls = process.getActiveResourcesInfo();
  const signal = signals[status];
  const isFile = calls.some((name) => name.startsWith('FSReq'));
  if (signal !== undefined && (isFile || calls.includes('GetAddrInfoReqWrap'))) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else if (isFile) process.kill(process.pid, 'SIGKILL');
  else process.exit(status);
};
