import { afterEach } from 'vitest';
import type { View } from '../../src/model/view.ts';
import { App } from '../../src/screen/app.tsx';
import type { JobControl } from '../../src/screen/job-control.ts';
import type { Intent } from '../../src/screen/keys/actions.ts';
import { openTerminalInput } from '../../src/screen/terminal-input.ts';
import { type Drawing, draw, Input } from '../support/terminal/ink.ts';
import { fakeFeed, minute, now, wallNow } from './fixture.ts';

const drawings: Drawing[] = [];
afterEach(async () => {
  for (const drawing of drawings.splice(0)) await drawing.unmount();
});

/** The console on an emulated terminal until the end of the test, and what it asks for. */
export const open = async (view: View, columns: number, rows: number, suspend = () => Promise.resolve()) => {
  const feed = fakeFeed(view, minute);
  const intents: Intent[] = [];
  /** The connections whose payload was asked for, one after another: what was selected. */
  const selections: (number | null)[] = [];
  const act = (intent: Intent) => {
    if (intent.type === 'detail') selections.push(intent.id);
    else if (intent.type !== 'talk') intents.push(intent);
  };
  let elapsedMs = 0;
  let suspended = false;
  const setSuspended = (isSuspended: boolean) => {
    suspended = isSuspended;
  };
  const job: JobControl = {
    stop: suspend,
    catchUp: () => Promise.resolve(),
    watch: () => () => undefined,
    setSuspended,
    isSuspended: () => suspended,
  };
  const terminal = new Input();
  const input = openTerminalInput(terminal);
  const app = <App feed={feed} act={act} now={() => now() + elapsedMs} wallNow={wallNow} job={job} input={input} />;
  const drawing = await draw(app, { columns, rows }, terminal, input.stdin);
  drawings.push(drawing);
  /** Lets time go on, as the next picture sees it. */
  const advance = (ms: number) => {
    elapsedMs += ms;
  };
  return { ...drawing, feed, intents, selections, advance };
};
