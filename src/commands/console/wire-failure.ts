import { FaultError } from '../../engine/engine.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { LiveFeed } from '../../model/feed.ts';
import type { Intent } from '../../screen/keys/actions.ts';
import { formatEndpoint } from '../../text/endpoint.ts';
import { explain } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';
import type { ConsoleClient } from './console-client.ts';
import type { RestartableEngine } from './restartable-engine.ts';

/** The wire thread is gone, and all connections with it: says so, and lets the last picture stay. */
export const showWireFailure = (feed: LiveFeed, client: ConsoleClient, error: Error): void => {
  const why = printable(error.message);
  feed.fail(why);
  feed.note(`the wire thread failed: ${why}`, 'error');
  const { status, endpoint } = feed.view().client;
  if (status === 'offline' || endpoint === null) return;
  const gone = { type: 'disconnected', at: monotonicMs(), endpoint, fault: null, unanswered: 0 } as const;
  feed.applyClientEvent(gone);
  client.onClientEvent(gone);
};

/** Starts it anew, and says what came of it. */
export const restartWire = async (engines: RestartableEngine, feed: LiveFeed, client: ConsoleClient): Promise<void> => {
  try {
    const endpoints = await engines.restart();
    if (endpoints === null) return;
    feed.fail(null);
    const places = endpoints.map(formatEndpoint).join(', ');
    feed.note(`the wire runs again, listening on ${places}; numbers and counters go on`);
    client.reconnect();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    feed.note(
      error instanceof FaultError ? explain(error.fault) : `the wire thread failed: ${printable(words)}`,
      'error',
    );
  }
};

/** Whether what is asked for can not be done without the wire thread. */
export const needsWire = (intent: Intent): boolean => {
  switch (intent.type) {
    case 'command':
      return intent.command.type !== 'clear' && intent.command.type !== 'save';
    case 'remember':
    case 'restart':
    case 'look':
    case 'quit':
      return false;
    default:
      return true;
  }
};
