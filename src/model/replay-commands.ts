import type { Row } from '../memory/ledger/row.ts';
import { printfFormat } from '../text/byte-formats.ts';
import { formatEndpoint, isStream, reachableHost, transports } from '../text/endpoint.ts';
import { escapeBytesToAscii } from '../text/escapes.ts';
import { exact } from '../text/format.ts';
import type { Said } from './said.ts';

/** A POSIX shell command that acts as a peer did: it connects to the same endpoint, says the same, and ends in the same way. */
export interface ReplayCommand {
  readonly tool: 'nc' | 'ncat' | 'socat' | 'bash' | 'echoscope';
  readonly command: string;
  /** Something that the command does not do as the peer did; null where there is nothing. */
  readonly remark: string | null;
}

/** What a row tells of a peer. */
type Seen = Pick<Row, 'transport' | 'peer' | 'local' | 'at' | 'bytesIn'>;

/** Characters of a command that sends bytes. A terminal in canonical mode takes lines of 4,095 (Linux, N_TTY). */
export const maxCommand = 4000;

/** The address that the peer connected to, as a client reaches it, and how the peer ended. */
interface PeerBehaviour {
  readonly transport: Row['transport'];
  readonly host: string;
  readonly port: string;
  /** Its FIN came before ours: it had sent everything, and went on reading. */
  readonly isHalfClosing: boolean;
}

/**
 * The commands for a connection, one for each tool; none where our own address is not known. They send what the peer said,
 * and print what comes back. Where it said nothing, where not all of it is kept, or where it is too long for a command,
 * they send stdin, and say so. They hold nothing of a peer but these bytes, as escapes and quoted.
 */
export const replayCommandsOf = (row: Seen, said: Said): readonly ReplayCommand[] => {
  const peer = peerBehaviourOf(row);
  if (peer === null) return [];
  const tools = [nc(peer), ncat(peer), socat(peer), bash(peer)];
  if (row.bytesIn === 0) return tools;
  if (said.missing > 0 || said.length !== row.bytesIn)
    return withRemark(tools, `sends what you type: of its ${exact(row.bytesIn)} B ${exact(said.length)} B are kept`);
  // Escapes make no byte shorter: what is longer need not be written to be too long.
  const commands = said.length > maxCommand ? [] : sending(peer, tools, said);
  if (commands.length > 0 && commands.every(({ command }) => command.length <= maxCommand)) return commands;
  const limit = `its ${exact(row.bytesIn)} B do not fit in a command of ${exact(maxCommand)} characters`;
  return isStream(peer.transport)
    ? withRemark(
        tools.map((each) => ({ ...each, command: `${each.command} < peer.bin` })),
        `${limit}: first /save-bytes in peer.bin`,
      )
    : withRemark(tools, `sends what you type: ${limit}`);
};

const withRemark = (commands: readonly ReplayCommand[], text: string): readonly ReplayCommand[] =>
  commands.map((each) => ({ ...each, remark: each.remark === null ? text : `${text}; ${each.remark}` }));

/** The commands with the bytes in them. Of UDP each message is a datagram: the tools make one of what they read at once. */
const sending = (peer: PeerBehaviour, tools: readonly ReplayCommand[], { parts }: Said): readonly ReplayCommand[] => {
  const isWhole = isStream(peer.transport);
  const prints = (isWhole ? [joined(parts)] : parts).map((part) => `printf ${printfFormat(part)}`);
  const print = prints.length === 1 ? prints.join('') : `{ ${prints.join('; sleep 0.1; ')}; }`;
  return [...tools.map((each) => ({ ...each, command: `${print} | ${each.command}` })), own(peer, parts)];
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** `send` of this program. Behind the options every word is a message, whatever it begins with. */
const own = ({ transport, host, port, isHalfClosing }: PeerBehaviour, parts: readonly Uint8Array[]): ReplayCommand => {
  const isWhole = isStream(transport);
  const words = (isWhole ? [joined(parts)] : parts).map(
    (part) => `'${escapeBytesToAscii(part).replaceAll("'", '\\x27')}'`,
  );
  const to = formatEndpoint({ transport, host, port: Number(port) });
  const end = isWhole && !isHalfClosing ? ['--no-half-close'] : [];
  return {
    tool: 'echoscope',
    command: `${line('echoscope', 'send', '--escapes', ...end, '--to', to, '--')} ${words.join(' ')}`,
    remark: null,
  };
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
