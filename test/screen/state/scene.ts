import { transcriptPage } from '../../../src/screen/panes/transcript-lines.ts';
import type { KeyContext } from '../../../src/screen/state/state.ts';
import { sent } from '../fixture.ts';

const entries = Array.from({ length: 20 }, (_, index) => sent(index + 1, `message ${index + 1}`));

/** What a window of 80 by 24 shows when a key comes: nine connections, the oldest preferred. */
export const sceneAt: KeyContext = {
  talk: { entries: [], rows: 5, wrap: () => [] },
  ids: [9, 8, 7, 6, 5, 4, 3, 2, 1],
  preferred: 1,
  outsiders: () => 0,
  obstacle: () => null,
  replays: () => [],
  copies: () => [],
  client: 'online',
  failures: 0,
  failed: false,
  readOnly: false,
  busy: false,
  slots: [['connections'], ['payload', 'stages'], ['client']],
  listRows: 4,
  transcript: transcriptPage(entries, 40, 5),
  payload: { entries: [], rows: 5, wrap: () => [] },
  ladder: { rungs: 12, rows: 5 },
  finder: { lines: 30, rows: 10 },
};
