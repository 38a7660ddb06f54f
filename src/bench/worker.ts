import { parentPort, workerData } from 'node:worker_threads';
import type { Assignment, Order, Told } from './orders.ts';
import { Share } from './share.ts';

/** The entry of a thread that has a share of a bench. It takes orders, and tells sums now and then, never each echo. */
const port = parentPort;
if (port === null) throw new Error('a share of a bench runs in a worker thread only');

/**
 * How often it tells how far it is, ms. Two read that: Progress, which draws as often, and Run, which takes a server to be
 * silent where the sums stand still for its patience: this has to be far less.
 */
const everyMs = 100;

const { plan, part }: Assignment = workerData;
const share = new Share(plan, part);
const tell = (told: Told): void => port.postMessage(told);
const timer = setInterval(() => tell({ type: 'progress', work: share.work, counts: share.counts }), everyMs);
void share.idle.then(() => tell({ type: 'idle' }));

const obey = async (order: Order): Promise<void> => {
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
      const { work, tally } = await share.close();
      const { counts, latency, troubles } = tally;
      tell({ type: 'closed', work, tallied: { counts, latency, troubles } });
      port.close();
      return;
    }
    default:
      order satisfies never;
  }
};

port.on('message', (order: Order) => void obey(order));
tell({ type: 'ready' });
