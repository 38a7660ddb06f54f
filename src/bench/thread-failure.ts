import type { ThreadShare } from './part.ts';

/** What a bench in several threads rejects with where one of them failed. The message is for people. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';

  /** `part`: of the thread that failed, and `cause` why. */
  constructor({ thread, threads }: ThreadShare, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`thread ${thread + 1} of ${threads} failed: ${why}; what the others did is left out`, { cause });
  }
}
