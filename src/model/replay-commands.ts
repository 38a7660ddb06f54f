import type { Row } from '../memory/ledger/row.ts';
import { isStream, reachableHost, transports } from '../text/endpoint.ts';

/** A POSIX shell command that acts as a peer did: it connects to the same endpoint, and ends in the same way. */
export interface ReplayCommand {
  readonly tool: 'nc' | 'ncat' | 'socat' | 'bash';
  readonly command: string;
  /** Something that the tool cannot do as the peer did; null where there is nothing. */
  readonly remark: string | null;
}

/** What a row tells of a peer. */
type Seen = Pick<Row, 'transport' | 'peer' | 'local' | 'at'>;

/** The address that the peer connected to, as a client reaches it, and how the peer ended. */
interface PeerBehaviour {
  readonly transport: Row['transport'];
  readonly host: string;
  readonly port: string;
  /** Its FIN came before ours: it had sent everything, and went on reading. */
  readonly isHalfClosing: boolean;
}

/**
 * The commands for a connection, one for each tool; none where our own address is not known. They send stdin, and print
 * what comes back. They hold our own address and nothing that a peer sent.
 */
export const replayCommandsOf = (row: Seen): readonly ReplayCommand[] => {
  const peer = peerBehaviourOf(row);
  return peer === null ? [] : [nc(peer), ncat(peer), socat(peer), bash(peer)];
};

/** An IP address, with or without a zone: the kernel gives nothing else, and nothing else may get into a command. */
const address = /^[\da-f.:]+(?:%[\w.-]+)?$/i;

/** Host and port of one end, as rows have them; null where it is not known. */
const split = (end: string): { readonly host: string; readonly port: string } | null => {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(end) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || port === undefined ? null : { host, port };
};

const peerBehaviourOf = ({ transport, peer, local, at }: Seen): PeerBehaviour | null => {
  const { host, port } = split(local) ?? { host: '', port: '' };
  if (!address.test(host)) return null;
  const { finReceived, finSent } = at;
  const isHalfClosing = isStream(transport) && finReceived !== null && (finSent === null || finReceived <= finSent);
  return { transport, host: reachableHost(host, split(peer)?.host), port, isHalfClosing };
};

const isV6 = (host: string): boolean => host.includes(':');

/** A word for the shell, in single quotes where it holds anything special. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const line = (...words: readonly string[]): string => words.map(quoted).join(' ');

/** OpenBSD's netcat half-closes at the end of stdin only with -N. */
const nc = ({ transport, host, port, isHalfClosing }: PeerBehaviour): ReplayCommand => ({
  tool: 'nc',
  command: line('nc', ...transports[transport].netcatFlags, ...(isHalfClosing ? ['-N'] : []), host, port),
  remark: null,
});

/** Nmap's netcat half-closes by default. */
const ncat = ({ transport, host, port, isHalfClosing }: PeerBehaviour): ReplayCommand => ({
  tool: 'ncat',
  command: line(
    'ncat',
    ...transports[transport].netcatFlags,
    ...(isHalfClosing || !isStream(transport) ? [] : ['--no-shutdown']),
    host,
    port,
  ),
  remark: null,
});

/** socat half-closes at the end of stdin, and by default waits only half a second for the rest. */
const socat = ({ transport, host, port, isHalfClosing }: PeerBehaviour): ReplayCommand => {
  const address = `${transport.toUpperCase()}${isV6(host) ? 6 : 4}:${isV6(host) ? `[${host}]` : host}:${port}`;
  const words = isHalfClosing ? ['-t', '30', '-'] : ['-,ignoreeof'];
  return { tool: 'socat', command: line('socat', ...words, address), remark: null };
};

/** Bash alone, where nothing else is installed. It has no shutdown(2). */
const bash = ({ transport, host, port, isHalfClosing }: PeerBehaviour): ReplayCommand => ({
  tool: 'bash',
  command: line('bash', '-c', `exec 3<>${quoted(`/dev/${transport}/${host}/${port}`)}; cat <&3 & cat >&3; wait`),
  remark: isHalfClosing ? 'bash cannot half-close: Ctrl-C closes both ways' : null,
});
