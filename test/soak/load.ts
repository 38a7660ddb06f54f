import { parentPort, workerData } from 'node:worker_threads';
import { Account, type ClientConnection } from './account.ts';
import { breaker, type Client, caller, shouter, sipper, streamer } from './clients.ts';

/** Where a server listens. */
export interface Ports {
  readonly tcp: number;
  readonly udp: number;
}

/** What the thread of the clients is started with. */
export interface LoadOptions {
  readonly servers: readonly Ports[];
  readonly durationMs: number;
}

/** What it posts at the end: the connections to each server, and what was wrong with any. */
export interface Told {
  readonly connections: readonly (readonly ClientConnection[])[];
  readonly wrong: readonly string[];
}

/** Clients of each server. */
const crowd: readonly (readonly [Client, keyof Ports, number])[] = [
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
    crowd.flatMap(([client, transport, count]) =>
      Array.from({ length: count }, () =>
        client({
          port: ports[transport],
          account: accounts[n] ?? new Account(),
          complain: (words) => wrong.push(words),
          isOver: () => performance.now() >= until,
        }),
      ),
    ),
  ),
);
const told: Told = { connections: accounts.map(({ connections }) => connections), wrong };
parentPort?.postMessage(told);
