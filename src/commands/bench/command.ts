import { formatEndpoint, isStream } from '../../text/endpoint.ts';
import { printable } from '../../text/printable.ts';
import { defineCommand } from '../command.ts';
import { readChoice, readCount, readFlag, readSize, readTarget, readTimeAboveZero } from '../option-values.ts';
import { defaultEndpoint } from '../server-options.ts';
import { refuseSpareWords, UsageError } from '../usage-error.ts';
import { modes } from './load/plan.ts';
import type { BenchOptions } from './run.ts';

const maxSize = 16 * 2 ** 20;
/** Bytes that a datagram carries at most over IPv4 (RFC 768, RFC 791). */
const maxDatagram = 65_507;

const readPieceSize = (given: unknown, shown: string): number => {
  const bytes = readSize(given, shown);
  if (bytes >= 1 && bytes <= maxSize) return bytes;
  throw new UsageError(`${shown} takes 1 byte to 16MiB, not '${printable(String(given))}'`);
};

export const benchCommand = defineCommand<BenchOptions, BenchOptions>({
  name: 'bench',
  describe: 'Load an echo server, check every byte, measure',
  examples: `Examples:
  echoscope bench                            64 connections, 64 bytes to and fro
  echoscope bench --to :9000 --mode stream --connections 8 --size 64KiB
  echoscope bench --mode connect --connections 8 --size 16 --threads 2
  echoscope bench --to udp://:9000 --json    one object for scripts

How much it can ask for: on a virtual machine of 2 cores, one thread got, from
day to day, 70,000 to 112,000 round trips/s (64 connections of 64 bytes), 5,200
to 11,000 connections/s (8 at a time) and 1.0 to 2.1 GB/s (8 streams of 64 KiB)
out of an echo in C. Where "own load" is at its limit, the server may do more
than it was asked. Then --threads asks for more, if cores are idle: the
server's and one for each thread. With none idle, on the same 2 cores, 2 threads
got 0.9 of the round trips of one, and as many connections.`,
  options: {
    endpoint: {
      name: 'to',
      describe: 'The server: [tcp://|udp://][host]:port or port',
      default: formatEndpoint(defaultEndpoint),
      read: readTarget,
    },
    mode: {
      name: 'mode',
      describe: 'What each connection does, over and over; UDP has pingpong alone',
      choices: modes,
      default: 'pingpong',
      read: readChoice(modes),
    },
    connections: { name: 'connections', describe: 'How many at once', default: 64, read: readCount(1_000_000) },
    threads: {
      name: 'threads',
      describe: 'Threads that share the connections out, one each at least',
      default: 1,
      read: readCount(64),
    },
    size: { name: 'size', describe: 'Bytes sent at once', default: '64', read: readPieceSize },
    durationMs: {
      name: 'duration',
      describe: 'How long, once all are connected',
      default: '5s',
      read: readTimeAboveZero,
    },
    noHalfClose: {
      name: 'no-half-close',
      describe: 'In connect mode close when all is back, for peers that know no half-close',
      isFlag: true,
      default: false,
      read: readFlag,
    },
    json: {
      name: 'json',
      describe: 'One JSON object, for scripts',
      isFlag: true,
      default: false,
      read: readFlag,
    },
  },
  read: (options, { words }) => {
    refuseSpareWords(words, 'name the server with --to');
    const { endpoint, mode, connections, threads, size } = options;
    if (!isStream(endpoint.transport) && mode !== 'pingpong')
      throw new UsageError(`--mode ${mode} needs tcp; over udp there is pingpong alone`);
    if (!isStream(endpoint.transport) && size > maxDatagram)
      throw new UsageError(`--size ${size} is more than a datagram carries; over udp give at most ${maxDatagram}`);
    if (options.noHalfClose && mode !== 'connect')
      throw new UsageError('--no-half-close needs --mode connect; the other modes never half-close');
    // Fewer threads than were asked for would tell a load that was never put on.
    if (threads > connections)
      throw new UsageError(
        `--threads ${threads} is more than --connections ${connections}; each thread needs one at least`,
      );
    return options;
  },
  run: async (options) => (await import('./run.ts')).runBench(options),
});
