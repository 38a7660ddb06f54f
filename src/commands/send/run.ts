import { type Endpoint, isStream, type Transport } from '../../text/endpoint.ts';
import { type Eol, unescapeBytes, withEol } from '../../text/escapes.ts';
import { maxLineLength } from '../../text/line.ts';
import { exitNow } from '../exit.ts';
import { isReaderGone, Output } from '../output.ts';
import { printError } from '../stderr.ts';
import { asTyped, cut, type Input, lines, openStdin, wordBytes } from './exchange.ts';
import { explainFailure } from './failure.ts';
import { exchangeStream } from './tcp.ts';
import { exchangeDatagrams } from './udp.ts';

export interface SendOptions {
  readonly endpoint: Endpoint;
  /** Words of the command line; where there are none, stdin is sent until its end. */
  readonly words: readonly string[];
  /** How long connecting may take, and every silence, ms. */
  readonly timeoutMs: number;
  /** Whether a reply that differs from what was sent is a failure. */
  readonly expectEcho: boolean;
  readonly noHalfClose: boolean;
  /** Whether escapes in what is sent count. */
  readonly escapes: boolean;
  readonly eol: Eol;
}

/** More than any datagram carries: a longer line need not be read to its end. */
const maxDatagram = 65_535;

/** How long the process may stay after the end, to write what has come, ms. */
const graceMs = 2000;

const exchanges = { tcp: exchangeStream, udp: exchangeDatagrams } as const satisfies Record<Transport, unknown>;

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** TCP takes the words as one message, with a space between them; over UDP each word is one datagram. */
const inputOf = ({ words, escapes, eol, endpoint: { transport } }: SendOptions): Input => {
  const given = wordBytes(words).map((word) => (escapes ? unescapeBytes(word) : word));
  if (words.length === 0) {
    const stdin = openStdin();
    const isPlain = !escapes && eol === 'none';
    const pieces = isPlain && isStream(transport) ? stdin : lines(stdin, isPlain ? maxDatagram : maxLineLength);
    return {
      pieces: isPlain ? pieces : asTyped(pieces, escapes, eol),
      typed: process.stdin.isTTY,
      close: () => stdin.destroy(),
    };
  }
  if (!isStream(transport)) return { pieces: given.map((word) => withEol(word, eol)), typed: false };
  const spaced = given.flatMap((word, at) => (at === 0 ? [word] : [Buffer.from(' '), word]));
  return { pieces: cut(withEol(Buffer.concat(spaced), eol)), typed: false };
};

/**
 * The one-shot client: sends the words or stdin, and writes exactly the bytes that come back to stdout. Resolves to the
 * exit status: 0; 1 where the network, the peer or a stream failed; 130 or 143 where SIGINT or SIGTERM cut it short.
 */
export const runSend = async (options: SendOptions): Promise<number> => {
  const { endpoint, expectEcho } = options;
  const cutShort = new AbortController();
  let status = 0;
  const output = new Output(process.stdout, (error) => {
    const closed = isReaderGone(error);
    // `| head` has seen enough, which is no failure; --expect-echo still compares to the end.
    if (closed && expectEcho) return;
    if (!closed) {
      printError(`stdout: ${error.message}`);
      status = 1;
    }
    cutShort.abort();
  });
  const onSignal = (name: keyof typeof signals): void => {
    status = signals[name];
    cutShort.abort();
  };
  // A second signal ends the process at once.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const { signal } = cutShort;
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  const exchange = exchanges[endpoint.transport];
  const input = inputOf(options);
  const failures = await exchange({ ...options, input, output, signal });
  input.close?.();
  await Promise.race([output.flush(), aborted]);
  for (const failure of failures) {
    printError(explainFailure(failure));
    if (failure.type !== 'empty') status = 1;
  }
  // Neither a name lookup nor a write to a stdout without a reader can be aborted.
  setTimeout(() => exitNow(status), graceMs).unref();
  return status;
};
