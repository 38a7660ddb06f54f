import {
  type Command,
  CommandError,
  isCommand,
  parseCommand,
  type Repeat,
  specOf,
} from '../../model/chat/prompt-commands.ts';
import { isWorthKeeping, remember } from '../../model/chat/prompt-history.ts';
import type { Client } from '../../model/view.ts';
import { EscapeError, unescapeText, withEol } from '../../text/escapes.ts';
import { parseHex } from '../../text/hex-input.ts';
import { emptyLine } from '../../text/line.ts';
import type { Intent } from '../keys/actions.ts';
import type { Prompt } from './prompt-state.ts';

/** The result of Enter. */
export interface Submission {
  readonly prompt: Prompt;
  readonly requests: readonly Intent[];
  /** Open the help. */
  readonly help: boolean;
}

/** Maximum bytes of one /repeat: all of them wait in our memory if the peer does not read. */
const maxRepeatedBytes = 64 * 1024 * 1024;

/** The bytes of a message that begins at index `start` of the draft, line end included. Throws an EscapeError. */
const encode = ({ draft, hex, eol }: Prompt, start: number): Uint8Array =>
  withEol(hex ? parseHex(draft.text, start) : unescapeText(draft.text, start), eol);

/** The client that a draft is for. */
export interface SubmitContext {
  readonly client: Client['status'];
  /** Attempts of it to connect that have failed. */
  readonly failures: number;
  /** The source never sends. */
  readonly readOnly: boolean;
  /** The wire has failed. */
  readonly failed: boolean;
}

/** Sends a draft, or runs its command. A draft that is malformed, or cannot be sent now, stays. */
export const submit = (prompt: Prompt, context: SubmitContext): Submission =>
  trying(prompt, () => {
    if (isCommand(prompt.draft.text)) return submitCommand(prompt, context);
    return isEmpty(prompt) ? submitNothing(prompt, context) : submitMessage(prompt, context);
  });

/** Sends a draft to connection `id` of the server, or (null) to all. */
export const submitByHand = (prompt: Prompt, id: number | null): Submission =>
  trying(prompt, () => {
    const { text } = prompt.draft;
    if (isCommand(text)) {
      const parsed = parseCommand(text);
      const run = runHere(prompt, parsed);
      if (run !== null) return run;
      if (parsed.type === 'hex') return writeByHand(prompt, id, hexBytes(prompt));
      return reject(prompt, `/${parsed.type} is for the client: only /hex and /eol work here`);
    }
    return isEmpty(prompt) ? { prompt, requests: [], help: false } : writeByHand(prompt, id, messageBytes(prompt));
  });

const writeByHand = (prompt: Prompt, id: number | null, bytes: Uint8Array): Submission =>
  bytes.length === 0
    ? reject(prompt, nothingToSend)
    : accept(prompt, [{ type: 'connection', id, request: { type: 'write', bytes } }], { last: bytes });

/** A waiting draft once the client has changed: it goes out with the connection, and stays when that has failed. */
export const submitWaiting = (prompt: Prompt, context: SubmitContext): Submission => {
  if (prompt.waitsSince !== null && context.client === 'online') return submit(prompt, context);
  const isOver = prompt.waitsSince !== null && context.failures > prompt.waitsSince;
  return { prompt: isOver ? { ...prompt, waitsSince: null } : prompt, requests: [], help: false };
};

/** What Enter does, for the footer; null: nothing. */
export const enterEffect = (prompt: Prompt, { client: status, readOnly, failed }: SubmitContext): string | null => {
  const { text } = prompt.draft;
  const isMessage = !isCommand(text) || specOf(text)?.takesMessage === true || /^\/hex\s+\S/.test(text);
  if (!isMessage) return 'run';
  if (readOnly || failed) return null;
  const isNothing = isEmpty(prompt);
  switch (status) {
    case 'online':
      // Without a draft it is the key to remember.
      return text === '' && !isNothing ? 'send line end' : 'send';
    case 'connecting':
      return isNothing ? null : 'send once connected';
    case 'offline':
    case 'ended':
      return isNothing ? 'reconnect' : 'reconnect and send';
    case 'finished':
      return null;
    default:
      return status satisfies never;
  }
};

/** What Enter does on a line for a connection of the server. */
export const enterEffectByHand = (prompt: Prompt): string =>
  isCommand(prompt.draft.text) ? 'run' : prompt.draft.text === '' && !isEmpty(prompt) ? 'send line end' : 'send';

const trying = (prompt: Prompt, submission: () => Submission): Submission => {
  try {
    return submission();
  } catch (error) {
    if (error instanceof EscapeError || error instanceof CommandError) return reject(prompt, error.message);
    throw error;
  }
};

/** There is nothing to send, not even a line end. */
const isEmpty = ({ draft, eol }: Prompt): boolean => draft.text === '' && eol === 'none';

const nothingToSend = 'there is no byte in it to send';

/** Two slashes at the start stand for one. */
const messageBytes = (prompt: Prompt): Uint8Array => encode(prompt, prompt.draft.text.startsWith('//') ? 1 : 0);

const reject = (prompt: Prompt, text: string): Submission => ({
  prompt: { ...prompt, waitsSince: null, remark: { text, tone: 'error' } },
  requests: [],
  help: false,
});

/** Empties the draft into the history. */
const accept = (prompt: Prompt, requests: readonly Intent[], change: Partial<Prompt> = {}): Submission => {
  const line = prompt.draft.text;
  return {
    prompt: { ...prompt, ...change, waitsSince: null, draft: emptyLine, history: remember(prompt.history, line) },
    requests: [...requests, ...(isWorthKeeping(prompt.history, line) ? [{ type: 'remember', line } as const] : [])],
    help: false,
  };
};

const isClosed = (status: Client['status']): boolean => status === 'offline' || status === 'ended';

/** Requests `intent` for `bytes`, at once or once there is a connection: until it goes out the draft stays. */
const sendOnceConnected = (
  prompt: Prompt,
  { client: status, failures, readOnly }: SubmitContext,
  bytes: Uint8Array,
  intent: Intent,
): Submission => {
  if (bytes.length === 0) return reject(prompt, nothingToSend);
  if (status === 'online') return accept(prompt, [intent], { last: bytes });
  if (status === 'finished')
    return reject(prompt, 'we have half-closed: nothing more can be sent; Ctrl-R connects anew');
  return {
    prompt: { ...prompt, waitsSince: readOnly ? null : failures },
    requests: isClosed(status) ? [{ type: 'reconnect' }] : [],
    help: false,
  };
};

const submitNothing = (prompt: Prompt, { client: status, readOnly }: SubmitContext): Submission => ({
  prompt,
  requests: isClosed(status) && !readOnly ? [{ type: 'reconnect' }] : [],
  help: false,
});

const submitMessage = (prompt: Prompt, context: SubmitContext): Submission => {
  const bytes = messageBytes(prompt);
  return sendOnceConnected(prompt, context, bytes, { type: 'send', bytes });
};

/** A command that changes the line itself; null for any other. */
const runHere = (prompt: Prompt, parsed: Command): Submission | null => {
  if (parsed.type === 'hex' && parsed.digits === null) return accept(prompt, [], { hex: !prompt.hex });
  return parsed.type === 'eol' ? accept(prompt, [], { eol: parsed.eol }) : null;
};

const submitCommand = (prompt: Prompt, context: SubmitContext): Submission => {
  const parsed = parseCommand(prompt.draft.text);
  switch (parsed.type) {
    case 'hex':
    case 'eol':
      return runHere(prompt, parsed) ?? submitHex(prompt, context);
    case 'help':
      return { ...accept(prompt, []), help: true };
    case 'quit':
      return accept(prompt, [{ type: 'quit' }]);
    case 'repeat':
      return repeat(prompt, context, parsed);
    default:
      return accept(prompt, [{ type: 'command', command: parsed }]);
  }
};

/** The bytes of `/hex BYTES`. */
const hexBytes = ({ draft, eol }: Prompt): Uint8Array => withEol(parseHex(draft.text, '/hex'.length), eol);

const submitHex = (prompt: Prompt, context: SubmitContext): Submission => {
  const bytes = hexBytes(prompt);
  return sendOnceConnected(prompt, context, bytes, { type: 'send', bytes });
};

const repeat = (prompt: Prompt, context: SubmitContext, { count, everyMs, message: text }: Repeat): Submission => {
  const bytes = text === null ? prompt.last : encode(prompt, prompt.draft.text.length - text.length);
  if (bytes === null) return reject(prompt, 'no message was sent yet; /repeat 3 hello sends one');
  if (bytes.length * count > maxRepeatedBytes) return reject(prompt, 'that is more than 64 MiB; /send sends a file');
  return sendOnceConnected(prompt, context, bytes, { type: 'repeat', count, everyMs, bytes });
};
