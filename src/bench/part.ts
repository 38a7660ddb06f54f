/** Which of the threads that share a bench out this is. */
export interface ThreadShare {
  /** Counts from 0. */
  readonly thread: number;
  readonly threads: number;
}

/** How many of `count` things a part gets: as many as any other, or one more. */
export const shareOf = (count: number, { thread, threads }: ThreadShare): number =>
  Math.ceil((count - thread) / threads);

/** The number of a part's `nth` connection, both counted from 1: no other connection of the bench has it, in no thread. */
export const numberOf = (nth: number, { thread, threads }: ThreadShare): number => (nth - 1) * threads + thread + 1;
