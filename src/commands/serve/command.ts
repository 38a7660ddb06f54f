import { defineCommand } from '../command.ts';
import { readChoice, readFlag, readOptionalTime } from '../option-values.ts';
import { endpointWords, readListeners, serverOptions } from '../server-options.ts';
import { UsageError } from '../usage-error.ts';
import { encodings } from './payload.ts';
import type { ServeOptions } from './run.ts';

export const serveCommand = defineCommand<Omit<ServeOptions, 'endpoints'>, ServeOptions>({
  name: 'serve',
  describe: 'The same server without a screen, one line per event',
  examples: `Examples:
  echoscope serve                            one line per event, until Ctrl-C
  echoscope serve :9000 udp://:9000          TCP and UDP on one port number
  echoscope serve :0 --json --stats 1s       any free port; events for scripts
  echoscope serve --data text --echo line    what peers say, sent back by line`,
  positional: endpointWords,
  options: {
    ...serverOptions,
    json: {
      name: 'json',
      describe: 'One JSON object per line (NDJSON), for scripts',
      isFlag: true,
      default: false,
      read: readFlag,
    },
    data: {
      name: 'data',
      describe: 'Also print what peers send; text is made harmless',
      choices: encodings,
      default: 'none',
      read: readChoice(encodings),
    },
    statsMs: {
      name: 'stats',
      describe: 'Print totals at this interval',
      default: null,
      defaultDescription: 'off',
      read: readOptionalTime,
    },
  },
  read: (values, words) => {
    if (values.data !== 'none' && values.recordBytes === 0)
      throw new UsageError('--data shows what the recorder has: give --record-memory more than 0');
    return { ...values, endpoints: readListeners(words).endpoints };
  },
  run: async (options) => (await import('./run.ts')).runServe(options),
});
