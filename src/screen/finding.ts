import { everything, type Filter, parseFilter } from '../model/filter.ts';
import { nextOrder, type Order, reverseOrder } from '../model/order.ts';
import type { Replay } from '../model/replay.ts';
import { EscapeError, unescapeText } from '../text/escapes.ts';
import { exact } from '../text/format.ts';
import { type Edit, edit, emptyLine, type Line, longestLine } from '../text/line.ts';
import type { Request } from './action.ts';

/** A line that is asked for below the list. */
export type Asking =
  /** `problem`: why the filter is not what is typed. */
  | { readonly type: 'filter'; readonly line: Line; readonly problem: string | null }
  /** Bytes of our own for one connection, or (null) for all; typed as in the prompt. `problem`: why they stay here. */
  | { readonly type: 'write'; readonly line: Line; readonly problem: string | null; readonly id: number | null };

/** The commands that play a peer again, as they lie above the panes. */
export interface Replaying {
  readonly id: number;
  readonly replays: readonly Replay[];
  /** Index of the one pointed at. */
  readonly at: number;
  /** Index of the one that was handed to the clipboard last. */
  readonly copied: number;
}

/** How the list is looked at, and what is asked on the way. */
export interface Finding {
  readonly order: Order;
  /** The last one that could be read. */
  readonly filter: Filter;
  /** The picture stands still, the wire does not. */
  readonly isFrozen: boolean;
  readonly asking: Asking | null;
  readonly replaying: Replaying | null;
}

export const initialFinding: Finding = {
  order: null,
  filter: everything,
  isFrozen: false,
  asking: null,
  replaying: null,
};

/** What a key does to it. */
export type Find =
  | ('sort' | 'reverse' | 'freeze')
  | ('filter' | 'unfilter' | 'write' | 'writeAll' | 'answer' | 'dismiss')
  | ('replay' | 'copy' | 'previousReplay' | 'nextReplay');

/** The connection that is selected, and the commands for it. */
export interface Found {
  readonly selected: number | null;
  readonly replays: readonly Replay[];
}

interface Step {
  readonly finding: Finding;
  readonly requests: readonly Request[];
}

const still = (finding: Finding): Step => ({ finding, requests: [] });

/** One key. Pure: what it asks for is in the result. */
export const find = (finding: Finding, what: Find, { selected, replays }: Found): Step => {
  switch (what) {
    case 'sort':
      return still({ ...finding, order: nextOrder(finding.order) });
    case 'reverse':
      return still({ ...finding, order: reverseOrder(finding.order) });
    case 'freeze':
      return still({ ...finding, isFrozen: !finding.isFrozen });
    case 'filter': {
      const line = edit(emptyLine, { type: 'insert', text: finding.filter.text });
      return still({ ...finding, asking: { type: 'filter', line, problem: null } });
    }
    case 'unfilter':
      return still({ ...finding, filter: everything });
    case 'write':
      return still(
        selected === null
          ? finding
          : { ...finding, asking: { type: 'write', line: emptyLine, problem: null, id: selected } },
      );
    case 'writeAll':
      return still({ ...finding, asking: { type: 'write', line: emptyLine, problem: null, id: null } });
    case 'answer':
      return answer(finding);
    case 'dismiss':
      return still(dismiss(finding));
    case 'replay':
      return selected === null || replays.length === 0
        ? still(finding)
        : copy(finding, { id: selected, replays, at: 0, copied: 0 });
    case 'copy':
      return finding.replaying === null ? still(finding) : copy(finding, finding.replaying);
    case 'previousReplay':
      return still(point(finding, -1));
    case 'nextReplay':
      return still(point(finding, 1));
    default:
      return what satisfies never;
  }
};

/** The line that is asked for, after an edit. A filter takes effect as it is typed, wherever it can be read. */
export const revise = (finding: Finding, asking: Asking, change: Edit): Finding => {
  const line = edit(asking.line, change);
  if (change.type === 'insert' && change.text !== '' && line === asking.line)
    return { ...finding, asking: { ...asking, problem: `a line holds ${exact(longestLine)} characters` } };
  if (asking.type === 'write') return { ...finding, asking: { ...asking, line, problem: null } };
  const parsed = parseFilter(line.text);
  if (!parsed.ok) return { ...finding, asking: { type: 'filter', line, problem: parsed.problem } };
  const filter = parsed.filter.text === finding.filter.text ? finding.filter : parsed.filter;
  return { ...finding, filter, asking: { type: 'filter', line, problem: null } };
};

const answer = (finding: Finding): Step => {
  const { asking } = finding;
  if (asking === null || asking.problem !== null) return still(finding);
  if (asking.type === 'filter') return still({ ...finding, asking: null });
  const { id, line } = asking;
  if (line.text === '') return still(finding);
  try {
    const bytes = unescapeText(line.text);
    return { finding: { ...finding, asking: null }, requests: [{ type: 'write', id, bytes }] };
  } catch (error) {
    if (!(error instanceof EscapeError)) throw error;
    return still({ ...finding, asking: { ...asking, problem: error.message } });
  }
};

/** Leaves what lies on top. A filter that is dismissed is gone, one that is answered stays. */
const dismiss = (finding: Finding): Finding => {
  if (finding.asking?.type === 'filter') return { ...finding, asking: null, filter: everything };
  return { ...finding, asking: null, replaying: null };
};

const copy = (finding: Finding, replaying: Replaying): Step => {
  const text = replaying.replays[replaying.at]?.command;
  if (text === undefined) return still(finding);
  return {
    finding: { ...finding, replaying: { ...replaying, copied: replaying.at } },
    requests: [{ type: 'copy', text }],
  };
};

const point = (finding: Finding, by: 1 | -1): Finding => {
  const { replaying } = finding;
  if (replaying === null) return finding;
  const at = Math.max(0, Math.min(replaying.at + by, replaying.replays.length - 1));
  return { ...finding, replaying: { ...replaying, at } };
};

/** Where the keys go while something of it is on top; null while nothing is. */
export const findingMode = ({ asking, replaying }: Finding): 'filter' | 'write' | 'replay' | null =>
  replaying !== null ? 'replay' : (asking?.type ?? null);

/** Rows below the list that the asking takes. */
export const askingRows = ({ asking }: Finding): number => (asking === null ? 0 : asking.problem !== null ? 2 : 1);
