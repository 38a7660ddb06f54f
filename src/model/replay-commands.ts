import type { Row } from '../memory/ledger/row.ts';
import { transports } from '../text/endpoint.ts';

/** A command line of a POSIX shell that plays a peer again: it connects where that peer did, and ends as it did. */
export interface ReplayCommand {
  readonly tool: 'nc' | 'ncat' | 'socat' | 'bash';
  readonly command: string;
  /** Where the tool cannot do all that the peer did. */
  readonly remark: string | null;
}

/** Where the peer connected to, as a client reaches it, and how its end of the connection behaved. */
interface PeerBehaviour {
  readonly transport: Row['transport'];
  readonly host: string;
  readonly port: string;
  /** Its FIN came before ours: it said that it was done, and went on reading. */
  readonly isHalfClosing: boolean;
}

/**
 * The commands for a connection, one for each tool; none where its own end is not known. What goes in at stdin is sent,
 * what comes back goes to stdout. They are made of our own address alone: nothing that a peer sent is in them.
 */
export const replayCommandsOf = (row: Pick<Row, 'transport' | 'local' | 'at'>): readonly ReplayCommand[] => {
  const part = peerBehaviourOf(row);
  return part === null ? [] : [nc(part), ncat(part), socat(part), bash(part)];
};

/** An IP address, with a zone where it has one: the kernel gives no other, and nothing else goes into a command. */
const address = /^[\da-f.:]+(?:%[\w.-]+)?$/i;

const peerBehaviourOf = ({ transport, local, at }: Pick<Row, 'transport' | 'local' | 'at'>): PeerBehaviour | null => {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(local) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || port === undefined || !address.test(host)) return null;
  const { finReceived, finSent } = at;
  const isHalfClosing =
    transports[transport].carries === 'stream' && finReceived !== null && (finSent === null || finReceived <= finSent);
  return { transport, host: reachable(host), port, isHalfClosing };
};

/** An address on every interface is reached over loopback, and an IPv4 address in the clothes of IPv6 as itself. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host.replace(/^::ffff:(?=\d+\.)/i, '');
};

const isV6 = (host: string): boolean => host.includes(':');

/** A word as the shell reads it: as it is where it holds nothing special, and in single quotes otherwise. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const line = (...words: readonly string[]): string => words.map(quoted).join(' ');

/** OpenBSD's netcat half-closes at the end of stdin with -N alone. */
const nc = ({ transport, host, port, isHalfClosing }: PeerBehaviour): ReplayCommand => ({
  tool: 'nc',
  command: line('nc', ...(transport === 'udp' ? ['-u'] : isHalfClosing ? ['-N'] : []), host, port),
  remark: null,
});

/** Nmap's half-closes unless it is told not to. */
const ncat = ({ transport, host, port, isHalfClosing }: PeerBehaviour): ReplayCommand => ({
  tool: 'ncat',
  command: line('ncat', ...(transport === 'udp' ? ['-u'] : isHalfClosing ? [] : ['--no-shutdown']), host, port),
  remark: null,
});

/** socat half-closes at the end of stdin, and waits half a second for the rest unless it is told to wait longer. */
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
