import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Transport } from '../../src/text/endpoint.ts';
import { hasProgram } from '../support/program.ts';
import type { Command } from './child.ts';
import type { Compiled } from './programs/compile.ts';

export type PeerName = 'serve' | 'serve-2' | 'c' | 'node-pipe' | 'node-data' | 'node-dgram' | 'socat' | 'ncat';

/** An echo server that takes part. */
export interface Peer {
  readonly name: PeerName;
  /** As it stands in the table, in Markdown. */
  readonly title: string;
  /** How it is started on a port of 127.0.0.1; null where it does not speak that transport. */
  readonly tcp: ((port: number) => Command) | null;
  readonly udp: ((port: number) => Command) | null;
  /** Whether it takes part without being asked for. What the others show is known from one that does. */
  readonly isUsual: boolean;
  /** Whether it promises to lose nothing: then an error of it is a failure of the run. */
  readonly isFaithful: boolean;
  /** Whether it has a process for each connection, of which a thousand would measure the machine and not the peer. */
  readonly forks: boolean;
}

/** One that does not take part, and why. */
export interface Absent {
  readonly title: string;
  readonly why: string;
}

export interface Field {
  readonly ours: Peer;
  readonly peers: readonly Peer[];
  readonly absent: readonly Absent[];
}

/** Without its types: Node's compiler for them would stay in the memory of what is measured, 18 MiB. */
const plainServer = (): string =>
  stripTypeScriptTypes(readFileSync(new URL('./programs/plain.ts', import.meta.url), 'utf8'));

/** The built program. */
export const program: Command = [process.execPath, fileURLToPath(new URL('../../dist/cli.js', import.meta.url))];

const serve =
  (scheme: Transport, ...options: readonly string[]) =>
  (port: number): Command => [...program, 'serve', `${scheme}://127.0.0.1:${port}`, '--json', ...options];

const plain =
  (kind: string) =>
  (port: number): Command => [process.execPath, '--input-type=module', '--eval', plainServer(), kind, `${port}`];

/** Finds out who can take part on this machine. */
export const findPeers = (reference: Compiled): Field => {
  const absent: Absent[] = [];
  const peers: Peer[] = [];
  const add = (peer: Peer, why: string | null): void => {
    if (why === null) peers.push(peer);
    else absent.push({ title: peer.title, why });
  };
  const faithful = { isUsual: true, isFaithful: true, forks: false };
  const missing = (name: string): string | null => (hasProgram(name) ? null : 'not installed');
  const { binary } = reference;

  const ours: Peer = { name: 'serve', title: '`serve`', tcp: serve('tcp'), udp: serve('udp'), ...faithful };
  add(
    {
      name: 'serve-2',
      title: '`serve --threads 2`',
      tcp: serve('tcp', '--threads', '2'),
      udp: serve('udp', '--threads', '2'),
      ...faithful,
      isUsual: false,
    },
    knows('--threads') ? null : 'there is no such option yet',
  );
  add(
    {
      name: 'c',
      title: 'C, epoll',
      tcp: (port) => [binary, 'tcp', `${port}`],
      udp: (port) => [binary, 'udp', `${port}`],
      ...faithful,
    },
    reference.missing,
  );
  add({ name: 'node-pipe', title: 'Node, `pipe`', tcp: plain('pipe'), udp: null, ...faithful }, null);
  add({ name: 'node-data', title: 'Node, `data`', tcp: plain('data'), udp: null, ...faithful, isUsual: false }, null);
  add({ name: 'node-dgram', title: 'Node, `dgram`', tcp: null, udp: plain('dgram'), ...faithful }, null);
  add(
    {
      name: 'socat',
      title: '`socat … PIPE`',
      tcp: (port) => ['socat', `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=511`, 'PIPE'],
      udp: (port) => ['socat', `UDP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`, 'PIPE'],
      isUsual: true,
      isFaithful: false,
      forks: true,
    },
    missing('socat'),
  );
  add(
    {
      name: 'ncat',
      title: '`ncat -e /bin/cat`',
      tcp: (port) => ['ncat', '-k', '-l', '-e', '/bin/cat', '127.0.0.1', `${port}`],
      udp: (port) => ['ncat', '-u', '-k', '-l', '-e', '/bin/cat', '127.0.0.1', `${port}`],
      isUsual: false,
      isFaithful: false,
      forks: true,
    },
    missing('ncat'),
  );
  return { ours, peers, absent };
};

const knows = (option: string): boolean => {
  const [node, ...args] = program;
  return spawnSync(node, [...args, 'serve', '--help'], { encoding: 'utf8' }).stdout.includes(option);
};
