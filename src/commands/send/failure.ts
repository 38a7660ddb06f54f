import type { Difference } from '../../net/echo-check.ts';
import { type Endpoint, isStream, shortEndpoint } from '../../text/endpoint.ts';
import { explain, type Fault } from '../../text/fault.ts';
import { exact, hexByte, plural, timeInUnits } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';

/** Why an exchange failed. */
export type Failure =
  | { readonly type: 'fault'; readonly fault: Fault }
  /** Nothing moved for `timeoutMs`. `received` bytes had come by then; `inputOpen`: the input had not ended. */
  | {
      readonly type: 'silence';
      readonly stage: 'connect' | 'send' | 'recv';
      readonly endpoint: Endpoint;
      readonly timeoutMs: number;
      readonly received: number;
      readonly inputOpen: boolean;
    }
  | { readonly type: 'difference'; readonly endpoint: Endpoint; readonly difference: Difference }
  /** `datagram` counts from 1. */
  | {
      readonly type: 'wrong-reply';
      readonly endpoint: Endpoint;
      readonly datagram: number;
      readonly difference: Difference;
    }
  | { readonly type: 'too-long'; readonly endpoint: Endpoint; readonly datagram: number; readonly longest: number }
  /** The peer closed, and had answered nothing at all: said, though it may be meant so. */
  | { readonly type: 'empty'; readonly endpoint: Endpoint; readonly halfClosed: boolean }
  /** Of this process. */
  | { readonly type: 'stream'; readonly name: 'stdin' | 'stdout'; readonly message: string };

const bytes = (count: number): string => plural(count, 'byte');

const differs = (difference: Difference): string => {
  switch (difference.type) {
    case 'byte': {
      const { offset, sent, received } = difference;
      return `differs from what was sent at offset ${exact(offset)}: ${hexByte(received)}, not ${hexByte(sent)}`;
    }
    case 'block':
      return `differs from what was sent between offsets ${exact(difference.from)} and ${exact(difference.to - 1)}`;
    case 'early':
      return `is no echo: the byte at offset ${exact(difference.offset)} came before it was sent`;
    case 'extra':
      return `goes on for ${bytes(difference.bytes)} after the ${exact(difference.sent)} sent`;
    case 'missing':
      return `ends ${bytes(difference.bytes)} short of the ${exact(difference.sent)} sent`;
    default:
      return difference satisfies never;
  }
};

const silent = (failure: Extract<Failure, { type: 'silence' }>): string => {
  const { stage, endpoint, timeoutMs, received, inputOpen } = failure;
  const time = timeInUnits(timeoutMs);
  switch (stage) {
    case 'connect':
      return `timed out after ${time} (ETIMEDOUT) — check the address, and the firewalls on the way`;
    case 'send':
      return `the peer took nothing for ${time} (ETIMEDOUT) — does it read? A longer --timeout waits for it`;
    case 'recv': {
      const so = received === 0 ? 'no answer' : `${bytes(received)} came, then nothing`;
      const open = isStream(endpoint.transport) ? 'the peer has not closed' : 'a datagram may be lost';
      const cause = inputOpen ? 'nothing came from stdin either' : open;
      return `${so} for ${time} (ETIMEDOUT) — ${cause}; a longer --timeout waits for it`;
    }
    default:
      return stage satisfies never;
  }
};

/** A failure as one line: the stage, the endpoint, what happened, and what to try next where that is known. */
export const explainFailure = (failure: Failure): string => {
  if (failure.type === 'fault') return explain(failure.fault);
  if (failure.type === 'stream') return printable(`${failure.name}: ${failure.message}`);
  const { endpoint } = failure;
  const place = shortEndpoint(endpoint);
  switch (failure.type) {
    case 'silence':
      return printable(`${failure.stage}: ${place}: ${silent(failure)}`);
    case 'difference':
      return printable(`recv: ${place}: the reply ${differs(failure.difference)}`);
    case 'wrong-reply':
      return printable(`recv: ${place}: the reply to datagram ${failure.datagram} ${differs(failure.difference)}`);
    case 'empty': {
      const cause = failure.halfClosed ? ' — some drop their reply at a half-close; --no-half-close waits for it' : '';
      return printable(`recv: ${place}: the peer closed without a reply${cause}`);
    }
    case 'too-long':
      return printable(
        `send: ${place}: datagram ${failure.datagram} is too long (EMSGSIZE) — ` +
          `UDP carries at most ${bytes(failure.longest)} here; send less at once, or use tcp`,
      );
    default:
      return failure satisfies never;
  }
};
