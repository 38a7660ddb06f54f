import type { DetailAction } from '../state/detail-state.ts';
import type { ListAction } from '../state/list-view.ts';
import type { Action } from './actions.ts';
import type { Group } from './binding.ts';

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

const find = (what: ListAction): Action => ({ type: 'find', find: what });

/** The keys that sort and filter, and those of what lies on top. */
export const findingGroups: readonly Group[] = [
  {
    title: 'Filter',
    modes: ['filter'],
    bindings: [
      { keys: ['enter'], action: find('answer'), shown: 'Enter', effect: 'keep', footer: 'first' },
      { keys: ['escape'], action: find('dismiss'), shown: 'Esc', effect: 'clear', footer: 'first' },
    ],
  },
  {
    title: 'Send to a connection',
    modes: ['write'],
    bindings: [
      { keys: ['enter'], action: find('answer'), shown: 'Enter', effect: 'send', footer: 'first' },
      { keys: ['escape'], action: find('dismiss'), shown: 'Esc', effect: 'leave', footer: 'first' },
    ],
  },
  {
    title: 'Commands that play a peer again',
    modes: ['replay'],
    bindings: [
      { keys: ['up'], characters: 'k', action: find('previousReplay'), shown: '↑', effect: 'choose', footer: 'first' },
      { keys: ['down'], characters: 'j', action: find('nextReplay'), shown: '↓', effect: 'choose', footer: 'first' },
      { keys: ['enter'], characters: 'c', action: find('copy'), shown: 'Enter', effect: 'copy', footer: 'first' },
      { keys: ['escape'], characters: 'q', action: find('dismiss'), shown: 'Esc', effect: 'close', footer: 'first' },
    ],
  },
  {
    title: 'Finding connections',
    modes: ['connections', 'counters'],
    bindings: [
      { keys: [], characters: '/', action: find('filter'), shown: '/', effect: 'filter', footer: 'first' },
      { keys: [], characters: 's', action: find('sort'), shown: 's', effect: 'sort', footer: 'first' },
      { keys: [], characters: 'S', action: find('reverse'), shown: 'S', effect: 'reverse the order' },
    ],
  },
  {
    title: 'List',
    modes: ['connections'],
    bindings: [{ keys: ['escape'], action: find('unfilter'), shown: 'Esc', effect: 'clear the filter' }],
  },
];

/** The keys that write to connections, and play their peers again. */
export const talkingGroup: Group = {
  title: 'Talking to connections',
  modes: ['connections', 'counters', 'detail'],
  bindings: [
    { keys: [], characters: 'c', action: find('replay'), shown: 'c', effect: 'copy', footer: 'first' },
    { keys: [], characters: 'w', action: find('write'), shown: 'w', effect: 'send to it', footer: 'first' },
    { keys: [], characters: 'W', action: find('writeAll'), shown: 'W', effect: 'send to all' },
  ],
};

/** The key that lets the picture stand still. */
export const pictureGroup: Group = {
  title: 'Picture',
  modes: ['connections', 'counters', 'client'],
  bindings: [{ keys: [], characters: ' ', action: find('freeze'), shown: 'Space', effect: 'freeze', footer: 'first' }],
};
