import { parentPort, workerData } from 'node:worker_threads';
import { LoadRunner } from './load-runner.ts';
import type { Assignment, LoadCommand, LoadEvent } from './plan.ts';

/** The entry of a thread that has a share of a bench. It takes commands, and sends sums now and then, never each echo. */
const port = parentPort;
if (port === null) throw new Error('a share of a bench runs in a worker thread only');

/**
 * How often it sends its progress, ms. Progress draws as often, and Measurement takes a server to be silent where the sums
 * stand still for two seconds: this has to be far less.
 */
const progressMs = 100;

const { plan, share }: Assignment = workerData;
const runner = new LoadRunner(plan, share);
const post = (event: LoadEvent): void => port.postMessage(event);
const timer = setInterval(() => post({ type: 'progress', work: runner.work, counts: runner.counts }), progressMs);
void runner.finished.then(() => post({ type: 'finished' }));

const runCommand = async (command: LoadCommand): Promise<void> => {
  switch (command.type) {
    case 'open':
      await runner.open();
      return post({ type: 'opened' });
    case 'start':
      return runner.start(command.atMs);
    case 'stop':
      return runner.stop();
    case 'fail-unanswered':
      return runner.failUnanswered(command.silentMs);
    case 'close': {
      clearInterval(timer);
      const { work, counters } = await runner.close();
      const { counts, latency, failures } = counters;
      post({ type: 'closed', work, data: { counts, latency, failures } });
      port.close();
      return;
    }
    default:
      command satisfies never;
  }
};

port.on('message', (command: LoadCommand) => void runCommand(command));
post({ type: 'ready' });
