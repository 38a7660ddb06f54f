import type { Options } from 'yargs';
import { formatEndpoint } from '../../text/endpoint.ts';
import { readTarget, readTimeAboveZero } from '../option-values.ts';

import { defaultEndpoint } from '../server-options.ts';
import { beforeDashes, Mistake } from '../yargs-guards.ts';

/** The options of `send`, as yargs takes them. */
export const sendOptions = {
  to: {
    describe: 'Where to send: [tcp://|udp://][host]:port or port',
    requiresArg: true,
    default: formatEndpoint(defaultEndpoint),
    coerce: readTarget,
  },
  timeout: {
    describe: 'How long connecting and every silence may last',
    requiresArg: true,
    default: '5s',
    coerce: readTimeAboveZero('timeout'),
  },
  'expect-echo': { describe: 'Fail when the reply differs from what was sent', type: 'boolean', default: false },
} satisfies Record<string, Options>;

/** yargs loses a lone dash among words, and takes `--message` for them: neither may change what is sent. */
export const refuseLostWords = (args: readonly string[], words: readonly string[]): void => {
  const options = beforeDashes(args);
  if (options.some((word) => /^--message(?:=|$)/.test(word)))
    throw new Mistake('--message is not an option; write the message without it');
  if (words.length > 0 && options.includes('-'))
    throw new Mistake('- alone is stdin; to send a dash put the words after --, and the options before');
};
