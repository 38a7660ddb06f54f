import { type Instance, type RenderOptions, render } from 'ink';
import { App, type AppProps } from './app.tsx';
import { createJobControl } from './job-control.ts';

/** `stdin` and `stdout` are the process's own unless given. Both are terminals: whoever mounts checks that first. */
export type ScreenOptions = Omit<AppProps, 'job'> & Pick<RenderOptions, 'stdin' | 'stdout'>;

export interface Screen {
  /** Resolves when the screen is gone and the terminal as it was; rejects with what broke the screen. */
  readonly done: Promise<void>;
  /** Leaves the alternate screen; resolves when the terminal is as it was. Any number of times. */
  readonly unmount: () => Promise<void>;
}

/**
 * Draws the console on the alternate screen of a terminal. Ctrl-C is a key like any other and asks to quit; signals
 * that end the process are the caller's.
 */
export const mountScreen = ({ stdin, stdout, ...props }: ScreenOptions): Screen => {
  const job = createJobControl();
  const instance = render(<App {...props} job={job} />, {
    ...(stdin === undefined ? {} : { stdin }),
    ...(stdout === undefined ? {} : { stdout }),
    alternateScreen: true,
    exitOnCtrlC: false,
    // Ink takes a terminal for none where CI is set; whoever mounts has looked for itself.
    interactive: true,
    incrementalRendering: true,
    // A key that comes right behind a picture is drawn at once: 8 ms later at most. There are fewer frames than that.
    maxFps: 125,
  });
  const done = instance.waitUntilExit().then(() => undefined);
  // Whoever awaits `done` hears of the failure; one who only unmounts must not crash of it.
  done.catch(() => undefined);
  return {
    done,
    unmount: async () => {
      if (job.isSuspended()) await silently(stdout ?? process.stdout, () => unmount(instance));
      else await unmount(instance);
    },
  };
};

/** What broke the screen is told by `done`; here it is over all the same. */
const unmount = async (instance: Instance): Promise<void> => {
  instance.unmount();
  await instance.waitUntilExit().catch(() => undefined);
};

/**
 * Does something, and keeps what is written meanwhile from the terminal. While that is the shell's, Ink would leave an
 * alternate screen that it has left already, and put the cursor onto what the shell wrote since.
 */
const silently = async (stdout: NodeJS.WritableStream, act: () => Promise<void>): Promise<void> => {
  const { write } = stdout;
  stdout.write = (_chunk: unknown, encodingOrTaken?: unknown, taken?: unknown): boolean => {
    for (const callback of [encodingOrTaken, taken]) if (typeof callback === 'function') process.nextTick(callback);
    return true;
  };
  try {
    await act();
  } finally {
    stdout.write = write;
  }
};
