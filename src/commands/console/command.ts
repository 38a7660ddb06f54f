import { defineCommand } from '../command.ts';
import { endpointWords, readListeners, serverOptions } from '../server-options.ts';

export const consoleCommand = defineCommand({
  name: 'console',
  describe: 'Watch both ends of a socket on a full screen',
  examples: `Examples:
  echoscope                            listen on 127.0.0.1:8080 and talk to it
  echoscope 9000                       the same on port 9000
  echoscope 0.0.0.0:9000 '[::]:9000'   every address of this machine
  echoscope :0                         any free port; the console shows which`,
  positional: endpointWords,
  options: serverOptions,
  read: (values, words) => ({ ...readListeners(words), ...values }),
  // Ink and React take ten times as long to load as everything else.
  run: async (options) => (await import('./run.ts')).runConsole(options),
});
