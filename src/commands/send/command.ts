import { formatEndpoint, isStream } from '../../text/endpoint.ts';
import { EscapeError, eols, unescapeText } from '../../text/escapes.ts';
import { printable } from '../../text/printable.ts';
import { defineCommand } from '../command.ts';
import { readChoice, readFlag, readTarget, readTimeAboveZero } from '../option-values.ts';
import { defaultEndpoint } from '../server-options.ts';
import { UsageError } from '../usage-error.ts';
import type { SendOptions } from './run.ts';

/** Before anything is sent. */
const refuseBadEscapes = (word: string): void => {
  try {
    unescapeText(word);
  } catch (error) {
    if (!(error instanceof EscapeError)) throw error;
    throw new UsageError(`--escapes: '${printable(word)}', ${error.message}`);
  }
};

export const sendCommand = defineCommand<Omit<SendOptions, 'words'>, SendOptions>({
  name: 'send',
  describe: 'Send a message or stdin, print the reply',
  examples: `Examples:
  echoscope send hello --to :9000             the words, a space between them
  echoscope send --to :9000 < photo > copy    stdin until its end, byte for byte
  echoscope send --expect-echo < photo        status 1 unless it all comes back
  echoscope send one two --to udp://:9000     two datagrams, a reply to each
  date | echoscope send --to udp://:9000      each line is a datagram
  echoscope send --escapes 'a\\tb\\xFF'         a tab, and a byte that is no text
  echoscope send --eol crlf --to HOST:25      what you type, as SMTP wants it
  echoscope send hi --no-half-close           through proxies that know none`,
  positional: {
    name: 'message',
    describe: 'What to send, as it is; without it, stdin until its end',
    type: 'string',
    array: true,
    isFreeText: true,
    default: [],
    defaultDescription: 'stdin',
  },
  options: {
    endpoint: {
      name: 'to',
      describe: 'Where to send: [tcp://|udp://][host]:port or port',
      default: formatEndpoint(defaultEndpoint),
      read: readTarget,
    },
    timeoutMs: {
      name: 'timeout',
      describe: 'How long connecting and every silence may last',
      default: '5s',
      read: readTimeAboveZero,
    },
    expectEcho: {
      name: 'expect-echo',
      describe: 'Fail when the reply differs from what was sent',
      isFlag: true,
      default: false,
      read: readFlag,
    },
    noHalfClose: {
      name: 'no-half-close',
      describe: 'Keep our side open; the reply ends when --timeout passes in silence',
      isFlag: true,
      default: false,
      read: readFlag,
    },
    escapes: {
      name: 'escapes',
      describe: 'Take \\n \\r \\t \\0 \\xHH \\u{HEX} \\\\ for the bytes they stand for',
      isFlag: true,
      default: false,
      read: readFlag,
    },
    eol: {
      name: 'eol',
      describe: 'End the message, or each line of stdin, with this',
      choices: eols,
      default: 'none',
      defaultDescription: 'as it is',
      read: readChoice(eols),
    },
  },
  read: (values, { words, hasDash }) => {
    if (values.noHalfClose && !isStream(values.endpoint.transport))
      throw new UsageError('--no-half-close needs tcp; a datagram has no end to leave open');
    if (values.escapes) words.forEach(refuseBadEscapes);
    if (hasDash && words.length > 1)
      throw new UsageError('- alone is stdin; to send a dash put the words after --, and the options before');
    return { ...values, words: hasDash ? [] : words };
  },
  run: async (options) => (await import('./run.ts')).runSend(options),
});
