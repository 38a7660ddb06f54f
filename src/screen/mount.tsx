import { type Instance, type RenderOptions, render } from 'ink';
import { App, type AppProps } from './app.tsx';
import { createJobControl } from './job-control.ts';
import { openTerminalInput } from './terminal-input.ts';

/** `stdin` and `stdout` default to those of the process. Both must be terminals. */
export type ScreenOptions = Omit<AppProps, 'job' | 'input'> & Pick<RenderOptions, 'stdin' | 'stdout'>;

export interface Screen {
  /** Resolves when the screen is gone and the terminal restored; rejects with the error that ended the screen. */
  readonly done: Promise<void>;
  /** Leaves the alternate screen; resolves when the terminal is restored. May be called again. */
  readonly unmount: () => Promise<void>;
}

/**
 * Draws the console on the alternate screen of a terminal. Ctrl-C is a key that requests to quit; the caller handles
 * signals that end the process.
 */
export const mountScreen = ({ stdin = process.stdin, stdout, ...props }: ScreenOptions): Screen => {
  const job = createJobControl();
  const input = openTerminalInput(stdin);
  const instance = render(<App {...props} job={job} input={input} />, {
    stdin: input.stdin,
    ...(stdout === undefined ? {} : { stdout }),
    alternateScreen: true,
    exitOnCtrlC: false,
    // Where CI is set Ink assumes that there is no terminal; the caller has checked.
    interactive: true,
    incrementalRendering: true,
    // A key that comes right behind a picture is drawn 8 ms later at most. There are fewer frames than that.
    maxFps: 125,
  });
  const done = instance.waitUntilExit().then(() => undefined);
  // A caller that only unmounts must not get an unhandled rejection.
  done.catch(() => undefined);
  return {
    done,
    unmount: async () => {
      if (job.isSuspended()) await silently(stdout ?? process.stdout, () => unmount(instance));
      else await unmount(instance);
    },
  };
};

/** An error is reported by `done` alone. */
const unmount = async (instance: Instance): Promise<void> => {
  instance.unmount();
  await instance.waitUntilExit().catch(() => undefined);
};

/**
 * Drops what is written while `act` runs. While the shell has the terminal, Ink would leave an alternate screen that it
 * has left already, and move the cursor onto the shell's output.
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
