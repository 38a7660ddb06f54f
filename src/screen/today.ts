import { useEffect, useState } from 'react';
import { startOfDay } from '../text/format.ts';

/** How long after midnight it is looked again, ms: a timer may come a little early. */
const marginMs = 1000;
/** How often it is looked at least, ms: the wall clock may be set, and a timer stands still while the machine sleeps. */
const lookMs = 60_000;

/** Midnight before now, ms since 1970. Changes when a day ends, though nothing else happens. */
export const useToday = (wallNow: () => number): number => {
  const [, setDay] = useState(() => startOfDay(wallNow()));
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const leftMs = new Date(wallNow()).setHours(24, 0, 0, 0) - wallNow();
      timer = setTimeout(look, Math.min(leftMs + marginMs, lookMs));
    };
    const look = (): void => {
      setDay(startOfDay(wallNow()));
      wait();
    };
    wait();
    return () => clearTimeout(timer);
  }, [wallNow]);
  return startOfDay(wallNow());
};
