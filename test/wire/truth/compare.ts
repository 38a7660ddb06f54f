import type { Row } from '../../../src/memory/ledger/row.ts';
import type { WireRecord } from '../../../src/memory/recorder/record.ts';
import type { CallHistory } from '../../../src/model/calls.ts';
import { ladderOf } from '../../../src/model/ladder.ts';
import { verdictOf } from '../../../src/model/verdict.ts';
import type { Story } from './story.ts';

/** All that was told of one connection. */
export interface Told {
  readonly row: Row;
  readonly records: readonly WireRecord[];
  readonly calls: CallHistory | null;
  /** When the row was closed, wall clock, ms. */
  readonly closedAt: number;
}

/** What the wire carried so shortly before the end may not have been seen, ms. */
const marginMs = 20;

/** Where what was told differs from what the wire carried. */
export function differences({ row, records, calls, closedAt }: Told, { peer, us }: Story): readonly string[] {
  const faults: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) faults.push(what);
  };
  const verdict = verdictOf(row) ?? '';
  const isPeerRst = row.how === 'reset' && row.error !== null;
  const isWhole = row.ourEnd === 'acknowledged';
  const isUnsure = /not known|not acknowledged/.test(verdict);

  must(row.how !== null, 'it has not ended');
  // FINs.
  if (row.at.finReceived !== null) must(peer.fin !== null, 'FIN of the peer was told, and never came');
  // Behind it: with bytes unread, or the FIN itself. A paused peer's may be.
  else if (isWhole) must(peer.fin !== null, 'both ends are told to have ended, and the peer has not');
  if (row.at.finSent === null) must(us.fin === null, 'our FIN went out, and was not told');
  if (row.at.finSent !== null && us.finAcknowledged === null)
    must(isUnsure || isPeerRst, 'our FIN was told, was not acknowledged, and the words are sure');
  if (isWhole) {
    must(us.fin !== null && us.finAcknowledged !== null, 'our FIN is told as acknowledged, and was not');
    must(us.acknowledged === row.bytesOut, `bytes out ${row.bytesOut}, acknowledged ${us.acknowledged}`);
    must(
      peer.rst === null || (us.finAcknowledged?.place ?? Infinity) < peer.rst.place,
      'RST of the peer came before our FIN was acknowledged, and was not told',
    );
  }
  // RSTs.
  if (isPeerRst) must(peer.rst !== null, 'RST of the peer was told, and never came');
  // Two RST that cross within a moment: the one that was first has ended it, and nobody tells the other's sender.
  const isCrossed = peer.rst !== null && Math.abs(peer.rst.at - closedAt) < marginMs;
  if (row.ourEnd === 'rst') must(us.rst !== null || isCrossed, 'our RST was told, and never went out');
  if (row.how === 'reset' && row.error === null) must(row.ourEnd === 'rst', 'a reset without RST');
  if (us.rst !== null && row.ourEnd !== 'rst')
    // The system answers with RST what comes for a connection that we have closed.
    must(
      row.at.finReceived === null && us.rst.at > closedAt - marginMs && !isWhole,
      'our RST went out, and was not told',
    );
  if (peer.rst !== null && !isPeerRst && peer.rst.at < closedAt - marginMs)
    must(
      isUnsure || row.ourEnd === 'rst' || isWhole || (row.ourEnd === 'unknown' && row.at.finReceived === null),
      'RST of the peer came, and was not told',
    );
  // Bytes.
  must(row.bytesIn <= peer.sent, `bytes in ${row.bytesIn}, on the wire ${peer.sent}`);
  if (row.at.finReceived !== null)
    must(row.bytesIn === peer.sent, `bytes in ${row.bytesIn}, up to its FIN ${peer.sent}`);
  must(
    us.acknowledged <= row.bytesOut + (isPeerRst || row.ourEnd === 'rst' ? 65_536 : 0),
    'more acknowledged than told',
  );
  if (us.acknowledged < row.bytesOut)
    must(isUnsure, `${row.bytesOut} out, ${us.acknowledged} acknowledged, words sure`);
  // Words.
  must(!verdict.includes('cleanly') || (isWhole && peer.fin !== null), 'cleanly');
  must(!verdict.includes('reset by peer') || peer.rst !== null, 'reset by peer');
  must(!verdict.includes('reset by us') || us.rst !== null || isCrossed, 'reset by us');
  must(!verdict.includes('nothing was ever sent') || (peer.sent === 0 && us.sent === 0), 'nothing was ever sent');
  if (verdict.includes('the peer sent FIN first'))
    must((peer.fin?.place ?? Infinity) < (us.fin?.place ?? Infinity), 'the peer sent FIN first');
  // The ladder.
  const rungs = calls === null ? [] : ladderOf(row, calls);
  const has = (by: 'us' | 'peer', step: 'FIN' | 'RST'): boolean =>
    rungs.some((rung) => rung.by === by && rung.step === step);
  must(!has('us', 'FIN') || us.finAcknowledged !== null, 'FIN sent in the ladder');
  must(!has('peer', 'FIN') || peer.fin !== null, 'FIN received in the ladder');
  must(!has('us', 'RST') || us.rst !== null || isCrossed, 'RST sent in the ladder');
  must(!has('peer', 'RST') || peer.rst !== null, 'RST received in the ladder');
  // What serve prints.
  const fins = records.flatMap((each) => (each.kind === 'fin' ? [each.by] : []));
  const wanted = [row.at.finReceived === null ? [] : ['peer'], row.at.finSent === null ? [] : ['local']].flat();
  must(
    fins.toSorted().join() === wanted.toSorted().join(),
    `half-closes ${fins.join()}, in the ledger ${wanted.join()}`,
  );
  const close = records.find((each) => each.kind === 'close');
  must(close?.how === row.how && close.error === row.error, `close ${close?.how} ${close?.error}`);
  must(close?.bytesIn === row.bytesIn && close.bytesOut === row.bytesOut, 'bytes of close');
  must(records[0]?.kind === 'open' && records.at(-1) === close, 'order of events');
  return faults;
}
