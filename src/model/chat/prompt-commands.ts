import { type Discipline, disciplines } from '../../memory/ledger/row.ts';
import { type Endpoint, EndpointError, parseEndpoint } from '../../text/endpoint.ts';
import { type Eol, eols } from '../../text/escapes.ts';
import { nearest } from '../../text/nearest.ts';
import { printable } from '../../text/printable.ts';
import { parseTime, QuantityError } from '../../text/quantity.ts';
import { type Direction, directions } from '../said.ts';

/** A command of the prompt: a line that begins with `/`. */
export type Command =
  /** Null is our own server. */
  | { readonly type: 'connect'; readonly endpoint: Endpoint | null }
  | { readonly type: 'send'; readonly path: string }
  | Repeat
  | { readonly type: 'echo'; readonly discipline: Discipline }
  | { readonly type: 'eol'; readonly eol: Eol }
  /** `digits` as they were typed; null changes what is typed from now on. */
  | { readonly type: 'hex'; readonly digits: string | null }
  | { readonly type: 'save'; readonly path: string; readonly overwrite: boolean }
  /** Of the selected connection. */
  | {
      readonly type: 'save-bytes';
      readonly direction: Direction;
      readonly path: string;
      readonly overwrite: boolean;
    }
  | { [Name in Plain]: { readonly type: Name } }[Plain];

/** The commands without an argument. */
type Plain = 'disconnect' | 'eof' | 'reset' | 'stop' | 'clear' | 'help' | 'quit';

/** One message, sent several times. */
export interface Repeat {
  readonly type: 'repeat';
  readonly count: number;
  readonly everyMs: number;
  /** As it was typed; null is the last message again. */
  readonly message: string | null;
}

/** A line that is not a valid command. The message is one line that says what to write. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** One command in the table that parsing, completion and help share. */
export interface CommandSpec {
  readonly name: string;
  /** The arguments as the help shows them; empty where there are none. */
  readonly args: string;
  readonly summary: string;
  /** The words that the argument may be. */
  readonly choices?: readonly string[];
  /** The argument ends in a message, in which escapes count. */
  readonly takesMessage?: boolean;
  /** `!` may follow the name. */
  readonly takesBang?: boolean;
  /** Throws a CommandError. `rest` is trimmed, unless the command takes a message. */
  readonly read: (rest: string, hasBang: boolean) => Command;
}

const plain = (name: Plain, summary: string): CommandSpec => ({
  name,
  args: '',
  summary,
  read: (rest) => {
    if (rest.trim() !== '') throw new CommandError(`/${name} takes no argument`);
    return { type: name };
  },
});

const readEndpoint = (text: string): Endpoint => {
  try {
    const endpoint = parseEndpoint(text);
    if (endpoint.port !== 0) return endpoint;
  } catch (error) {
    throw error instanceof EndpointError ? new CommandError(error.message) : error;
  }
  throw new CommandError('nothing can listen on port 0; name the port of the server');
};

const readChoice = <Choice extends string>(name: string, choices: readonly Choice[], text: string): Choice => {
  const known = choices.find((choice) => choice === text);
  if (known === undefined) throw new CommandError(`/${name} takes ${choices.join(', ')}`);
  return known;
};

const readSaveBytes = (rest: string, overwrite: boolean): Command => {
  const [, word = '', path = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  const direction = directions.find((each) => each === word);
  if (direction === undefined || path === '')
    throw new CommandError(`/save-bytes takes ${directions.join(', ')} and a file, as /save-bytes in peer.bin`);
  return { type: 'save-bytes', direction, path: readPath('save-bytes', path), overwrite };
};

const readPath = (name: string, rest: string): string => {
  if (rest === '') throw new CommandError(`/${name} takes a file, as /${name} notes.txt`);
  // Node would put U+FFFD in place of the other bytes, which names another file.
  if (!rest.isWellFormed()) throw new CommandError(`/${name} takes a file name in UTF-8`);
  return rest;
};

/** Limits of /repeat, so that the chat stays readable: messages, and ms between two. */
const maxRepeats = 100_000;
const minIntervalMs = 10;
const defaultIntervalMs = 100;

const readRepeat = (rest: string): Command => {
  const [, count = '', behind = ''] = /^\s*(\S*)(.*)$/s.exec(rest) ?? [];
  const times = /^\d+$/.test(count) ? Number(count) : 0;
  if (times < 1 || times > maxRepeats) throw new CommandError(`/repeat takes a number from 1 to ${maxRepeats}`);
  const timed = /^\s+every(?!\S)\s*(\S*)(.*)$/s.exec(behind);
  const everyMs = timed === null ? defaultIntervalMs : readEvery(timed[1] ?? '');
  // One blank separates the message; further ones belong to it.
  const message = (timed === null ? behind : (timed[2] ?? '')).slice(1);
  return { type: 'repeat', count: times, everyMs, message: message === '' ? null : message };
};

const readEvery = (text: string): number => {
  try {
    const ms = parseTime(text);
    if (ms >= minIntervalMs) return ms;
  } catch (error) {
    throw error instanceof QuantityError ? new CommandError(error.message) : error;
  }
  throw new CommandError(`every: the shortest time is ${minIntervalMs}ms`);
};

/** Every command of the prompt, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'connect',
    args: '[ENDPOINT]',
    summary: 'to any server, tcp or udp; else our own',
    read: (rest) => ({ type: 'connect', endpoint: rest === '' ? null : readEndpoint(rest) }),
  },
  plain('disconnect', 'close the connection'),
  plain('eof', 'half-close: FIN, and go on receiving'),
  plain('reset', 'break the connection off: RST'),
  {
    name: 'send',
    args: 'FILE',
    summary: 'send the bytes of a file',
    read: (rest) => ({ type: 'send', path: readPath('send', rest) }),
  },
  {
    name: 'repeat',
    args: 'N [every TIME] [TEXT]',
    summary: 'send N times: TEXT, or the last message',
    takesMessage: true,
    read: readRepeat,
  },
  plain('stop', 'stop /repeat or /send, as Esc does'),
  {
    name: 'echo',
    args: disciplines.join('|'),
    summary: 'when our server sends bytes back',
    choices: disciplines,
    read: (rest) => ({ type: 'echo', discipline: readChoice('echo', disciplines, rest) }),
  },
  {
    name: 'hex',
    args: '[BYTES]',
    summary: 'send BYTES; alone: type hex, or text',
    read: (rest) => ({ type: 'hex', digits: rest === '' ? null : rest }),
  },
  {
    name: 'eol',
    args: eols.join('|'),
    summary: 'line end put behind each message',
    choices: eols,
    read: (rest) => ({ type: 'eol', eol: readChoice('eol', eols, rest) }),
  },
  plain('clear', 'empty the chat'),
  {
    name: 'save',
    args: 'FILE',
    summary: 'the chat to a new file; /save! overwrites',
    takesBang: true,
    read: (rest, overwrite) => ({ type: 'save', path: readPath('save', rest), overwrite }),
  },
  {
    name: 'save-bytes',
    args: `${directions.join('|')} FILE`,
    summary: 'what the selected connection said or was sent, byte for byte; /save-bytes! overwrites',
    choices: directions,
    takesBang: true,
    read: readSaveBytes,
  },
  plain('help', 'all commands and keys'),
  plain('quit', 'leave'),
];

/** Whether a draft is a command: it begins with one slash, not with two. */
export const isCommand = (text: string): boolean => /^\/(?!\/)/.test(text);

/** The message of any other draft: two slashes at its start stand for one. */
export const messageOf = (text: string): string => (text.startsWith('//') ? text.slice(1) : text);

/** The command that a draft begins with. */
export const specOf = (text: string): CommandSpec | undefined => {
  const name = /^\/(\S*?)!?(?=\s|$)/.exec(text)?.[1];
  return commands.find((spec) => spec.name === name);
};

/** Reads a draft for which `isCommand` holds. Throws only CommandErrors. */
export const parseCommand = (text: string): Command => {
  const [, word = '', rest = ''] = /^\/(\S*)(.*)$/s.exec(text) ?? [];
  const spec = specOf(text);
  const hasBang = word.endsWith('!');
  if (spec === undefined || (hasBang && spec.takesBang !== true)) {
    const near =
      word === ''
        ? undefined
        : nearest(
            word,
            commands.map(({ name }) => name),
          );
    const advice = near === undefined ? '/help lists them, and //… sends a slash' : `did you mean /${near}?`;
    throw new CommandError(`/${printable(word)}: no such command; ${advice}`);
  }
  return spec.read(spec.takesMessage === true ? rest : rest.trim(), hasBang);
};

/** A draft after Tab, and its possible continuations. */
export interface Completion {
  readonly text: string;
  /** Whole words, with their slash, that begin as typed. */
  readonly candidates: readonly string[];
}

const commonStart = (words: readonly string[]): string => {
  const [first = '', ...others] = words;
  let length = first.length;
  for (const word of others) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
};

/** Completes the name of a command, or an argument that is one of a few words. Null for a draft that is no command. */
export const complete = (text: string): Completion | null => {
  if (!isCommand(text)) return null;
  if (!/\s/.test(text)) {
    const fitting = commands.filter(({ name }) => name.startsWith(text.slice(1)));
    const [only] = fitting;
    const candidates = fitting.map(({ name }) => `/${name}`);
    if (only === undefined) return { text, candidates };
    if (fitting.length > 1) return { text: commonStart(candidates), candidates };
    return { text: `/${only.name}${only.args === '' ? '' : ' '}`, candidates };
  }
  const spec = specOf(text);
  const [, before = '', word = ''] = /^(\S+\s+)(\S*)$/.exec(text) ?? [];
  const candidates = before === '' ? [] : (spec?.choices ?? []).filter((choice) => choice.startsWith(word));
  return { text: candidates.length === 0 ? text : before + commonStart(candidates), candidates };
};

/** One line about a draft that is a command: its candidates, or its usage. Empty for any other draft. */
export const suggestion = (text: string): string => {
  const found = complete(text);
  if (found === null) return '';
  const spec = specOf(text);
  if (spec !== undefined && (found.candidates.length <= 1 || /\s/.test(text)))
    return `/${spec.name}${spec.args === '' ? '' : ` ${spec.args}`}  ${spec.summary}`;
  return found.candidates.length === 0 ? 'no such command; /help lists them' : found.candidates.join(' ');
};
