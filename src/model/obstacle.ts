import type { ConnectionCommand } from '../engine/protocol.ts';
import { isStream } from '../text/endpoint.ts';
import type { Connection } from './snapshot.ts';

/** After our FIN nothing can follow. */
export const isWritable = ({ how, state }: Connection): boolean =>
  how === null && (state === 'ESTABLISHED' || state === 'CLOSE_WAIT');

/** Why a command has no effect on connection `id`, in words; null: it has. */
export const obstacleTo = (
  command: ConnectionCommand['type'],
  id: number,
  row: Connection | undefined,
): string | null => {
  if (command === 'write' && (row === undefined || !isWritable(row)))
    return `#${id} takes nothing more from us: nothing sent`;
  if (row?.how !== null) return `#${id} is closed already`;
  if (command === 'half-close' && row.at.finSent !== null) return `#${id}: our FIN is sent already`;
  const lack = isStream(row.transport) ? null : udpLacks[command];
  return lack === null ? null : `#${id} speaks UDP: ${lack}`;
};

const udpLacks: Readonly<Record<ConnectionCommand['type'], string | null>> = {
  'half-close': 'it has no FIN',
  pause: 'reading from it can not be stopped',
  resume: 'reading from it can not be stopped',
  ...{ close: null, reset: null, discipline: null, write: null },
};
