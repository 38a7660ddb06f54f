import type { ConnectionCommand } from '../../../src/engine/protocol.ts';
import type { Discipline } from '../../../src/memory/ledger/row.ts';
import type { Transport } from '../../../src/text/endpoint.ts';

/** What is done to a connection from our side, without a parameter. */
export type ConnectionAct = Exclude<ConnectionCommand['type'], 'discipline' | 'write'>;

/** Where a client comes from: `denied` is an address that the server does not let in. */
export type Origin = '127.0.0.1' | '::1' | 'denied';

/** One step of a program. Clients are numbered from 0; `who: null` means all of them. */
export type Step =
  | { readonly do: 'connect'; readonly who: number; readonly transport: Transport; readonly origin: Origin }
  /** Each piece is a write, or a datagram. */
  | { readonly do: 'write'; readonly who: number; readonly pieces: readonly Uint8Array[] }
  | { readonly do: 'stop reading'; readonly who: number }
  | { readonly do: 'read again'; readonly who: number }
  | { readonly do: 'fin'; readonly who: number }
  /** `race`: at once, whatever is still under way. */
  | { readonly do: 'rst'; readonly who: number; readonly race: boolean }
  /** Closed without reading what has come. */
  | { readonly do: 'vanish'; readonly who: number; readonly race: boolean }
  | { readonly do: 'act'; readonly who: number; readonly act: ConnectionAct; readonly race: boolean }
  | { readonly do: 'discipline'; readonly who: number | null; readonly discipline: Discipline }
  /** Bytes of our own. */
  | { readonly do: 'own'; readonly who: number | null; readonly bytes: Uint8Array }
  /** Everybody waits until all that is under way has come. */
  | { readonly do: 'settle' }
  /** Nobody does anything until the idle timeout has ended every connection. */
  | { readonly do: 'silence' };

/** A step as a sentence. */
export function told(step: Step): string {
  switch (step.do) {
    case 'connect':
      return `client ${step.who} ${step.transport === 'tcp' ? 'connects' : 'opens a UDP socket'} from ${step.origin === 'denied' ? 'a denied address' : step.origin}`;
    case 'write':
      return `client ${step.who} writes ${step.pieces.map(size).join(', then ')}`;
    case 'stop reading':
    case 'read again':
      return `client ${step.who} ${step.do === 'read again' ? 'reads again' : 'stops reading'}`;
    case 'fin':
      return `client ${step.who} half-closes`;
    case 'rst':
      return `client ${step.who} resets${atOnce(step.race)}`;
    case 'vanish':
      return `client ${step.who} vanishes${atOnce(step.race)}`;
    case 'act':
      return `we ${step.act} client ${step.who}${atOnce(step.race)}`;
    case 'discipline':
      return `we echo ${step.who === null ? 'everybody' : `client ${step.who}`} by ${step.discipline}`;
    case 'own':
      return `we send ${size(step.bytes)} to ${step.who === null ? 'everybody' : `client ${step.who}`}`;
    case 'settle':
      return 'all is quiet';
    case 'silence':
      return 'all are silent until they are idle';
    default:
      return step satisfies never;
  }
}

const atOnce = (race: boolean): string => (race ? ' at once' : '');

/** Bytes as a story tells them: a few in full. */
function size(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return bytes.length <= 8 ? `${bytes.length} B (${hex})` : `${bytes.length} B (${hex.slice(0, 8)}…)`;
}
