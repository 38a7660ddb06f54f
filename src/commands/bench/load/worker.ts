import { parentPort, workerData } from 'node:worker_threads';
import { LoadRunner } from './load-runner.ts';
import type { Assignment, LoadCommand, LoadEvent } from './plan.ts';

/** The entry of a thread that has a share of a bench. It takes orders, and tells sums now and then, never each echo. */
const port = parentPort;
if (port === null) throw new Error('a share of a bench runs in a worker thread only');

/**
 * How often it tells how far it is, ms. Two read that: Progress, which draws as often, and Run, which takes a server to be
 * silent where the sums stand still for its patience: this has to be far less.
 */
const everyMs = 100;

const { plan, part }: Assignment = workerData;
const share = new LoadRunner(plan, part);
const tell = (told: LoadEvent): void => port.postMessage(told);
const timer = setInterval(() => tell({ type: 'progress', work: share.work, counts: share.counts }), everyMs);
void share.idle.then(() => tell({ type: 'idle' }));

const runCommand = async (order: LoadCommand): Promise<void> => {
  switch (order.type) {
    case 'open':
      await share.open();
      tell({ type: 'opened' });
      return;
    case 'start':
      return share.start(order.atMs);
    case 'stop':
      return share.stop();
    case 'settle':
      return share.settle(order.silentMs);
    case 'close': {
      clearInterval(timer);
      const { work, counters } = await share.close();
      const { counts, latency, failures } = counters;
      tell({ type: 'closed', work, data: { counts, latency, failures } });
      port.close();
      return;
    }
    default:
      order satisfies never;
  }
};

port.on('message', (order: LoadCommand) => void runCommand(order));
tell({ type: 'ready' });
