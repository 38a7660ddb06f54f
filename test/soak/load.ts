import { parentPort, workerData } from 'node:worker_threads';
import { Account, type Visit } from './account.ts';
import { breaker, caller, type Guest, shouter, sipper, streamer } from './guests.ts';

/** Where a server listens. */
export interface Ports {
  readonly tcp: number;
  readonly udp: number;
}

/** What the thread of the guests is started with. */
export interface LoadOptions {
  readonly servers: readonly Ports[];
  readonly durationMs: number;
}

/** What it posts at the end: the visits to each server, and what was wrong with any. */
export interface Told {
  readonly visits: readonly (readonly Visit[])[];
  readonly wrong: readonly string[];
}

/** Guests of each server. */
const crowd: readonly (readonly [Guest, keyof Ports, number])[] = [
  [caller, 'tcp', 8],
  [streamer, 'tcp', 2],
  [sipper, 'tcp', 4],
  [breaker, 'tcp', 4],
  [shouter, 'udp', 3],
];

/** A thread of its own, so that the one that looks at the screen can keep up with it. */
const { servers, durationMs }: LoadOptions = workerData;
const until = performance.now() + durationMs;
const wrong: string[] = [];
const accounts = servers.map(() => new Account());
await Promise.all(
  servers.flatMap((ports, n) =>
    crowd.flatMap(([guest, transport, count]) =>
      Array.from({ length: count }, () =>
        guest({
          port: ports[transport],
          account: accounts[n] ?? new Account(),
          complain: (words) => wrong.push(words),
          isOver: () => performance.now() >= until,
        }),
      ),
    ),
  ),
);
const told: Told = { visits: accounts.map(({ visits }) => visits), wrong };
parentPort?.postMessage(told);
