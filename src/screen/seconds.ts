import { useEffect, useState } from 'react';

/**
 * The clock of the ages: monotonic ms, renewed once a second while `isActive`. A screen on which nothing ages has no
 * timer, and draws nothing.
 */
export const useSeconds = (now: () => number, isActive: boolean): number => {
  const [nowMs, setNowMs] = useState(now);
  useEffect(() => {
    if (!isActive) return;
    setNowMs(now());
    const timer = setInterval(() => setNowMs(now()), 1000);
    return () => clearInterval(timer);
  }, [now, isActive]);
  return nowMs;
};
