import type { Discipline, Ending } from '../../../src/memory/ledger/row.ts';
import { type Own, total } from './interleaving.ts';
import type { ConnectionAct } from './step.ts';

/** How a connection ends. */
interface End {
  readonly hows: readonly Ending[];
  /** In order: every byte that was under way is counted and delivered. Otherwise a part of it may be. */
  readonly isOrderly: boolean;
  /** The peer itself is gone, and tells nothing any more. */
  readonly isPeerGone: boolean;
}

/**
 * One TCP connection as it must be when all that is under way has come: what the peer must have received, and where
 * each counter must stand. Nothing here knows sockets or time.
 */
export interface TcpModel {
  readonly discipline: Discipline;
  /** Bytes read by us. */
  readonly arrived: number;
  /** Written while we were told not to read. */
  readonly unread: readonly Uint8Array[];
  readonly held: Uint8Array;
  /** What goes back, in order. */
  readonly echo: readonly Uint8Array[];
  readonly echoed: number;
  /** Bytes of our own, and where among the echo they may stand. */
  readonly own: readonly Own[];
  /** Whether the peer reads. */
  readonly isReading: boolean;
  /** Bytes that the peer surely had when it stopped. */
  readonly taken: number;
  readonly isPaused: boolean;
  readonly peerFin: 'none' | 'unread' | 'read';
  readonly ourFin: boolean;
  /** We have closed it: what comes is read and let go. */
  readonly isClosing: boolean;
  readonly end: End | null;
  /** We were told to pause, or how to echo, at a moment when it was unknown how much we had read. */
  readonly isVagueIn: boolean;
  readonly isVagueOut: boolean;
  /** More came than may be held, if it came in pieces as small as it was written; then it ends by `limit`. */
  readonly mayBeLimited: boolean;
  /** Chunk all the time, so that each read is a write. */
  readonly isPlain: boolean;
  /** What was seen when all was quiet last. */
  readonly floor: { readonly in: number; readonly echoed: number; readonly out: number; readonly received: number };
}

const nothing = new Uint8Array(0);

export const connected = (discipline: Discipline): TcpModel => ({
  discipline,
  arrived: 0,
  unread: [],
  held: nothing,
  echo: [],
  echoed: 0,
  own: [],
  isReading: true,
  taken: 0,
  isPaused: false,
  peerFin: 'none',
  ourFin: false,
  isClosing: false,
  end: null,
  isVagueIn: false,
  isVagueOut: false,
  mayBeLimited: false,
  isPlain: discipline === 'chunk',
  floor: { in: 0, echoed: 0, out: 0, received: 0 },
});

/** Bytes that must have gone to the peer. */
export const outOf = (model: TcpModel): number => model.echoed + total(model.own.map(({ bytes }) => bytes));

/** Bytes that the kernel takes for a peer that does not read, on any system. */
const kernelHolds = 16 * 1024;

/** More may be under way than the kernel holds for a peer that does not read: we may have stopped reading. */
export const isCongested = (model: TcpModel): boolean =>
  !model.isReading && model.end?.isOrderly !== false && outOf(model) - model.taken > kernelHolds;

/** FIN, or RST, may be noticed while we are paused, or only later. */
export const isDim = ({ isPaused, peerFin, end }: TcpModel): boolean =>
  isPaused && (peerFin === 'unread' || end?.isPeerGone === true);

export const isCertain = (model: TcpModel): boolean =>
  !isCongested(model) && !isDim(model) && !model.isVagueIn && !model.isVagueOut;

export function peerWrites(model: TcpModel, pieces: readonly Uint8Array[], limit: number): TcpModel {
  if (model.isPaused) return { ...model, unread: [...model.unread, ...pieces] };
  return arrive(model, pieces, limit);
}

export function peerFins(model: TcpModel): TcpModel {
  if (model.isPaused) return { ...model, peerFin: 'unread' };
  const all = model.isClosing ? model : release(model);
  return {
    ...all,
    isVagueOut: model.isVagueOut && model.ourFin,
    peerFin: 'read',
    ourFin: true,
    end: ended(['fin']),
  };
}

/** RST, or a socket closed with or without bytes unread; some of it may have been sent before. */
export function peerLeaves(model: TcpModel, by: 'rst' | 'vanish', isSettled: boolean, limit: number): TcpModel {
  // A socket that is closed with nothing under way says FIN, as a half-close does.
  const isQuiet = isSettled && isCertain(model) && model.isReading && !model.ourFin && model.held.length === 0;
  if (by === 'vanish' && isQuiet && !model.isPaused) {
    const end = { hows: ['fin'], isOrderly: true, isPeerGone: true } satisfies End;
    return { ...model, peerFin: 'read', ourFin: true, end };
  }
  const mayBeOver = by === 'vanish' || model.peerFin !== 'none' || model.end !== null || model.isClosing;
  const hows: readonly Ending[] = mayBeOver ? ['reset', 'fin'] : ['reset'];
  // What waits may still be read.
  const all = arrive({ ...model, unread: [] }, model.unread, limit);
  const isLimited = all.end !== null || all.mayBeLimited;
  const end: End = { hows: isLimited ? [...hows, 'limit'] : hows, isOrderly: false, isPeerGone: true };
  return { ...release(all), mayBeLimited: false, end };
}

export function weSend(model: TcpModel, bytes: Uint8Array): TcpModel {
  if (model.ourFin || bytes.length === 0) return model;
  return { ...model, own: [...model.own, { bytes, from: model.floor.echoed, to: Number.POSITIVE_INFINITY }] };
}

export function weChange(model: TcpModel, discipline: Discipline): TcpModel {
  const changed = { ...model, discipline, isPlain: false, isVagueOut: model.isVagueOut || !isCertain(model) };
  if (discipline === model.discipline || discipline === 'eof') return changed;
  if (discipline === 'none') return { ...changed, held: nothing };
  if (discipline === 'line')
    return arrive({ ...changed, arrived: model.arrived - model.held.length, held: nothing }, [model.held], Infinity);
  const isClear = !isCongested(model) && !model.isVagueIn && !model.ourFin;
  return { ...release(changed), isVagueOut: isClear ? false : changed.isVagueOut };
}

/** `isSettled`: it is known how much we had read. */
export function weAct(model: TcpModel, act: ConnectionAct, isSettled: boolean, limit: number): TcpModel {
  const isVague = !isSettled || isCongested(model) || model.isVagueIn;
  switch (act) {
    case 'half-close':
      return { ...release(model), ourFin: true, isPlain: false, isVagueOut: model.isVagueOut || isVague };
    case 'close': {
      // A FIN that was noticed while we were paused has sent what was held.
      const held = isDim(model) && model.unread.length === 0 ? release(model) : model;
      const closing = {
        ...held,
        ourFin: true,
        isClosing: true,
        isPlain: false,
        isVagueOut: model.isVagueOut || isVague,
      };
      return read({ ...closing, isVagueOut: closing.isVagueOut || isDim(model) }, limit);
    }
    case 'reset': {
      const mayBeOver = model.peerFin !== 'none' || model.end !== null || model.isClosing;
      return { ...model, end: { hows: mayBeOver ? ['reset', 'fin'] : ['reset'], isOrderly: false, isPeerGone: false } };
    }
    case 'pause':
      return { ...model, isPaused: true, isVagueIn: model.isVagueIn || isVague };
    case 'resume':
      return read(model, limit);
    default:
      return act satisfies never;
  }
}

/** All are silent for so long that we close: in order, unless something is unread at one of the ends. */
export function idles(model: TcpModel): TcpModel {
  if (model.end !== null) return model;
  const isOrderly = model.isReading && model.unread.length === 0 && !model.isVagueIn;
  return {
    ...model,
    isClosing: !isOrderly,
    end: { hows: model.isClosing ? ['fin'] : ['idle'], isOrderly, isPeerGone: false },
  };
}

/** We read (again): what waits, and the FIN behind it. */
function read(model: TcpModel, limit: number): TcpModel {
  const reading = { ...model, isPaused: false, isVagueIn: false, unread: [] };
  if (model.end !== null) return reading;
  const all = arrive(reading, model.unread, limit);
  return model.peerFin === 'unread' && all.end === null ? peerFins(all) : all;
}

const ended = (hows: readonly Ending[]): End => ({ hows, isOrderly: true, isPeerGone: false });

const goesBack = (model: TcpModel, bytes: Uint8Array): TcpModel =>
  model.ourFin ? model : { ...model, echo: [...model.echo, bytes], echoed: model.echoed + bytes.length };

const release = (model: TcpModel): TcpModel => ({ ...goesBack(model, model.held), held: nothing });

/**
 * Bytes come, in pieces as they were written or in larger ones. Only where more comes than may be held does it matter
 * which: then a newline behind may come in time, or not.
 */
function arrive(model: TcpModel, pieces: readonly Uint8Array[], limit: number): TcpModel {
  const arrived = { ...model, arrived: model.arrived + total(pieces) };
  if (model.isClosing) return arrived;
  const joined = take(arrived, Buffer.concat(pieces), limit);
  if (joined === null) {
    const end: End = { hows: ['limit'], isOrderly: false, isPeerGone: false };
    return { ...release({ ...arrived, held: Buffer.concat([arrived.held, ...pieces]) }), end };
  }
  let piecewise: TcpModel | null = arrived;
  for (const piece of pieces) piecewise = piecewise && take(piecewise, piece, limit);
  return { ...joined, mayBeLimited: piecewise === null };
}

const newline = 0x0a;

/** One read. Null: more than may be held. */
function take(model: TcpModel, bytes: Uint8Array, limit: number): TcpModel | null {
  const split = model.discipline === 'line' ? bytes.lastIndexOf(newline) + 1 : 0;
  switch (model.discipline) {
    case 'chunk':
      return goesBack(model, bytes);
    case 'none':
      return model;
    case 'line':
    case 'eof': {
      const free = split > 0 ? goesBack(release(model), bytes.subarray(0, split)) : model;
      const held = Buffer.concat([free.held, bytes.subarray(split)]);
      return held.length > limit ? null : { ...free, held };
    }
    default:
      return model.discipline satisfies never;
  }
}
