import type { Row } from '../../../src/memory/ledger/row.ts';
import { isInterleaving } from './interleaving.ts';
import { isCertain, isCongested, isDim, outOf, type TcpModel } from './tcp-model.ts';
import { countersOf, type UdpModel } from './udp-model.ts';

/** What is seen of one TCP connection. */
export interface Seen {
  readonly row: Row | null;
  readonly received: number;
  readonly ended: 'FIN' | 'RST' | 'own' | null;
}

/** What a peer that resets may have got and we could not count any more. */
const uncountable = 64 * 1024;

const within = (what: string, value: number, min: number, max: number): string | null => {
  if (value >= min && value <= max) return null;
  return `${what} is ${value}, must be ${min === max ? min : `${min} to ${max}`}`;
};

const same = (what: string, value: unknown, wanted: unknown): string | null =>
  value === wanted ? null : `${what} is ${value}, must be ${wanted}`;

const first = (...faults: readonly (string | null)[]): string | null => faults.find((fault) => fault !== null) ?? null;

/** What is not yet, or never, as it must be when all is quiet; null: nothing. */
export function faultOf(model: TcpModel, { row, received, ended }: Seen): string | null {
  if (row === null) return 'it has no row';
  if (model.mayBeLimited && row.how === 'limit') return null;
  // A peer that does not answer our FIN is waited for only so long.
  const isForsaken = model.isClosing && model.end === null && row.how === 'fin';
  const isExact = !isForsaken && model.end?.isOrderly !== false;
  const out = outOf(model);
  const { floor } = model;
  const isOver = model.end !== null && !isDim(model) && !isCongested(model);
  return first(
    within('bytesIn', row.bytesIn, isExact && !model.isVagueIn ? model.arrived : floor.in, model.arrived),
    within('bytesOut', row.bytesOut, isExact && isCertain(model) ? out : floor.out, out),
    within('reads', row.reads, Math.ceil(row.bytesIn / 65_536), row.bytesIn),
    model.isPlain && isExact && isCertain(model)
      ? same('writes', row.writes, row.reads + model.own.length)
      : within('writes', row.writes, 0, row.reads + model.own.length + 64),
    isOver
      ? model.end.hows.some((how) => how === row.how)
        ? null
        : `how is ${row.how}, must be ${model.end.hows.join(' or ')}`
      : null,
    isOver && model.end.isOrderly ? same('error', row.error, null) : null,
    model.end === null && !isForsaken && !isDim(model)
      ? first(
          same('how', row.how, null),
          same('state', row.state, model.ourFin ? 'FIN_WAIT' : 'ESTABLISHED'),
          same('paused', row.paused, model.isPaused),
          same('echo', row.discipline, model.discipline),
          isCertain(model) ? same('stalled', row.stalled, false) : null,
        )
      : null,
    receivedFault(model, row, received),
    model.isReading && isOver && !model.end.isPeerGone
      ? ended === null
        ? 'the client has not seen its end'
        : null
      : null,
  );
}

function receivedFault({ end, isReading, floor }: TcpModel, row: Row, received: number): string | null {
  const isCut = end !== null && !end.isOrderly;
  if (end?.isPeerGone !== true && isReading && !isCut && row.how !== 'limit')
    return within('received', received, row.bytesOut, row.bytesOut);
  return within('received', received, floor.received, row.bytesOut + (isCut ? uncountable : 0));
}

/** Whether the bytes themselves are right, and how the client saw it end. For when all is over. */
export function contentFault(model: TcpModel, { row, ended }: Seen, received: Buffer): string | null {
  const isWhole = isCertain(model) && model.end?.isOrderly === true && !model.end.isPeerGone;
  if (!isInterleaving(received, Buffer.concat(model.echo), model.own, isWhole))
    return `received bytes differ: ${received.subarray(0, 40).toString('hex')} (${received.length} B)`;
  if (model.end === null || model.end.isPeerGone || model.isClosing) return null;
  const byReset = row?.how === 'reset' || row?.how === 'limit';
  // Our FIN had, or may have, ended it before as far as it was concerned.
  if (byReset && (model.ourFin || model.end.hows.includes('fin'))) return null;
  return same(`how the client saw it end (${row?.how})`, ended, byReset ? 'RST' : 'FIN');
}

/** The model with what was seen when all was quiet. */
export function settled(model: TcpModel, { row, received }: Seen): TcpModel {
  if (row === null) return model;
  if (model.mayBeLimited && row.how === 'limit')
    return { ...model, mayBeLimited: false, end: { hows: ['limit'], isOrderly: false, isPeerGone: false } };
  return {
    ...model,
    mayBeLimited: false,
    own: model.own.map((own) => ({ ...own, to: Math.min(own.to, model.echoed) })),
    floor: {
      in: row.bytesIn,
      echoed: isCertain(model) ? model.echoed : model.floor.echoed,
      out: row.bytesOut,
      received,
    },
  };
}

/** The same for a UDP client. */
export function udpFaultOf(model: UdpModel, row: Row | null, received: readonly Buffer[]): string | null {
  const wrong = received.findIndex((bytes, index) => !bytes.equals(model.received[index] ?? Buffer.alloc(0)));
  if (wrong !== -1 && wrong < model.received.length) return `datagram ${wrong} differs`;
  const counts = same('datagrams received', received.length, model.received.length);
  if (model.row === null) return first(row === null ? null : 'it has a row', counts);
  if (row === null) return 'it has no row';
  const wanted = countersOf(model.row);
  return first(
    same('bytesIn', row.bytesIn, wanted.bytesIn),
    same('bytesOut', row.bytesOut, wanted.bytesOut),
    same('reads', row.reads, wanted.reads),
    same('writes', row.writes, wanted.writes),
    same('how', row.how, model.row.how),
    model.row.how === null ? same('echo', row.discipline, model.discipline) : null,
    counts,
  );
}
