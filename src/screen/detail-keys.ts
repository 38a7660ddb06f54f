import type { Action } from './action.ts';
import type { Group } from './binding.ts';
import type { DetailAction } from './detail-state.ts';

const look = (what: DetailAction): Action => ({ type: 'look', look: what });

/** The keys of the detail: how to get there, how to read it, and back. */
export const detailGroups: readonly Group[] = [
  {
    title: 'Connections and counters: the detail',
    modes: ['connections', 'counters'],
    bindings: [{ keys: ['enter'], action: look('open'), shown: 'Enter', effect: 'detail', footer: 'first' }],
  },
  {
    title: 'Detail of a connection',
    modes: ['detail'],
    bindings: [
      { keys: ['escape'], action: look('close'), shown: 'Esc', effect: 'list', footer: 'first' },
      { keys: [], characters: 't', action: look('format'), shown: 't', effect: 'text or hex', footer: 'first' },
      { keys: ['up'], characters: 'k', action: look('previous'), shown: '↑', effect: 'scroll', footer: 'first' },
      { keys: ['down'], characters: 'j', action: look('next'), shown: '↓', effect: 'scroll', footer: 'first' },
      { keys: ['pageUp'], action: look('pageUp'), shown: 'PgUp', effect: 'scroll by page' },
      { keys: ['pageDown'], action: look('pageDown'), shown: 'PgDn', effect: 'scroll by page' },
      { keys: ['home'], characters: 'g', action: look('first'), shown: 'g', effect: 'oldest, newest' },
      { keys: ['end'], characters: 'G', action: look('last'), shown: 'G', effect: 'oldest, newest' },
      { keys: [], characters: 'n', action: look('nextRow'), shown: 'n', effect: 'next, previous peer' },
      {
        keys: [],
        characters: 'N',
        action: look('previousRow'),
        shown: 'N',
        effect: 'next, previous peer',
      },
    ],
  },
];
