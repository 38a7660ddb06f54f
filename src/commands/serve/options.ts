import type { Options } from 'yargs';
import { readChoice, readOptionalTime } from '../option-values.ts';
import { encodings } from './payload.ts';

/** What `serve` prints, as yargs takes it. */
export const reportOptions = {
  json: { describe: 'One JSON object per line (NDJSON), for scripts', type: 'boolean', default: false },
  data: {
    describe: 'Also print what peers send; text is made harmless',
    choices: encodings,
    requiresArg: true,
    default: 'none',
    coerce: readChoice('data', encodings),
  },
  stats: {
    describe: 'Print totals at this interval',
    requiresArg: true,
    defaultDescription: 'off',
    coerce: readOptionalTime('stats'),
  },
} satisfies Record<string, Options>;
