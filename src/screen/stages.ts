import { type Moment, moments, type Row } from '../ledger/row.ts';
import { printable } from '../text/printable.ts';

/** A stage that a connection has gone through. */
export interface Stage {
  readonly name: string;
  /** Milliseconds since the connection was accepted. */
  readonly sinceMs: number;
}

const names: Readonly<Record<Exclude<Moment, 'close'>, string>> = {
  accept: 'accept',
  recv: 'recv',
  send: 'send',
  finReceived: 'FIN received',
  finSent: 'FIN sent',
};

/** The stages a connection has gone through, in the order of time. A UDP peer is never accepted, it is first seen. */
export const stagesOf = ({ at, how, error, transport }: Row): readonly Stage[] => {
  const nameOf = (moment: Moment): string => {
    if (moment === 'close') return `closed (${printable([how ?? 'unknown', error].filter(Boolean).join(' '))})`;
    return moment === 'accept' && transport === 'udp' ? 'first seen' : names[moment];
  };
  const start = at.accept ?? 0;
  return moments
    .flatMap((moment) => {
      const time = at[moment];
      return time === null ? [] : [{ name: nameOf(moment), sinceMs: Math.max(0, time - start) }];
    })
    .toSorted((a, b) => a.sinceMs - b.sinceMs);
};
