import type { Discipline, Row, Totals } from '../ledger/row.ts';
import type { ConnectionList } from './connections.ts';

/** Bytes per second in each direction. */
export interface Rate {
  readonly in: number;
  readonly out: number;
}

/** A row with what only history can tell. Keeps its identity as long as nothing in it changed. */
export interface Connection extends Row {
  readonly rate: Rate;
  /** When it was accepted, ms since 1970, as the wall clock stood when it was first seen: setting the clock does not move it. */
  readonly openedWallMs: number;
}

/** The picture of one moment, which every face draws from. */
export interface Snapshot {
  /** Monotonic ms at which it was taken. */
  readonly at: number;
  /** Open ones first, newest first; then the recently closed, last closed first. */
  readonly connections: ConnectionList;
  readonly totals: Totals;
  readonly rate: Rate;
  readonly discipline: Discipline;
}
