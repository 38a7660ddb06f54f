import { useEffect, useState } from 'react';
import { startOfDay } from '../text/format.ts';

/** How long after midnight it is looked again, ms: a timer may come a little early. */
const marginMs = 1000;

/** Midnight before now, ms since 1970. Changes when a day ends, though nothing else happens. */
export const useToday = (wallNow: () => number): number => {
  const [days, setDays] = useState(0);
  const todayMs = startOfDay(wallNow());
  useEffect(() => {
    const leftMs = new Date(todayMs).setHours(24) - wallNow();
    const timer = setTimeout(() => setDays(days + 1), leftMs + marginMs);
    return () => clearTimeout(timer);
  }, [days, todayMs, wallNow]);
  return todayMs;
};
