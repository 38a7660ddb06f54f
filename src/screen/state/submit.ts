import { CommandError, isCommand, parseCommand, type Repeat } from '../../model/chat/prompt-commands.ts';
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

/** Sends a draft, or runs its command. A draft that is malformed, or cannot be sent now, stays. */
export const submit = (prompt: Prompt, status: Client['status']): Submission => {
  if (prompt.draft.text === '') return { prompt, requests: [], help: false };
  try {
    return isCommand(prompt.draft.text) ? submitCommand(prompt, status) : submitMessage(prompt, status);
  } catch (error) {
    if (error instanceof EscapeError || error instanceof CommandError) return reject(prompt, error.message);
    throw error;
  }
};

const reject = (prompt: Prompt, text: string): Submission => ({
  prompt: { ...prompt, remark: { text, tone: 'error' } },
  requests: [],
  help: false,
});

/** Empties the draft into the history. */
const accept = (prompt: Prompt, requests: readonly Intent[], change: Partial<Prompt> = {}): Submission => {
  const line = prompt.draft.text;
  return {
    prompt: { ...prompt, ...change, draft: emptyLine, history: remember(prompt.history, line) },
    requests: [...requests, ...(isWorthKeeping(prompt.history, line) ? [{ type: 'remember', line } as const] : [])],
    help: false,
  };
};

/** Requests `intent` for `bytes` where a connection takes them. */
const sendIfConnected = (prompt: Prompt, status: Client['status'], bytes: Uint8Array, intent: Intent): Submission => {
  if (bytes.length === 0) return reject(prompt, 'there is no byte in it to send');
  switch (status) {
    case 'online':
      return accept(prompt, [intent], { last: bytes });
    case 'finished':
      return reject(prompt, 'we have half-closed: nothing more can be sent; Ctrl-R connects anew');
    case 'connecting':
      return reject(prompt, 'not connected yet; Enter sends it once it is');
    case 'ended':
    case 'offline':
      // The draft stays until there is a connection: the first Enter requests one.
      return { prompt, requests: [{ type: 'reconnect' }], help: false };
    default:
      return status satisfies never;
  }
};

const submitMessage = (prompt: Prompt, status: Client['status']): Submission => {
  // Two slashes at the start stand for one.
  const bytes = encode(prompt, prompt.draft.text.startsWith('//') ? 1 : 0);
  return sendIfConnected(prompt, status, bytes, { type: 'send', bytes });
};

const submitCommand = (prompt: Prompt, status: Client['status']): Submission => {
  const parsed = parseCommand(prompt.draft.text);
  switch (parsed.type) {
    case 'hex':
      return parsed.digits === null ? accept(prompt, [], { hex: !prompt.hex }) : submitHex(prompt, status);
    case 'eol':
      return accept(prompt, [], { eol: parsed.eol });
    case 'help':
      return { ...accept(prompt, []), help: true };
    case 'quit':
      return accept(prompt, [{ type: 'quit' }]);
    case 'repeat':
      return repeat(prompt, status, parsed);
    default:
      return accept(prompt, [{ type: 'command', command: parsed }]);
  }
};

/** The bytes of `/hex BYTES`. */
const submitHex = (prompt: Prompt, status: Client['status']): Submission => {
  const bytes = withEol(parseHex(prompt.draft.text, '/hex'.length), prompt.eol);
  return sendIfConnected(prompt, status, bytes, { type: 'send', bytes });
};

const repeat = (prompt: Prompt, status: Client['status'], { count, everyMs, message: text }: Repeat): Submission => {
  const bytes = text === null ? prompt.last : encode(prompt, prompt.draft.text.length - text.length);
  if (bytes === null) return reject(prompt, 'no message was sent yet; /repeat 3 hello sends one');
  if (bytes.length * count > maxRepeatedBytes) return reject(prompt, 'that is more than 64 MiB; /send sends a file');
  return sendIfConnected(prompt, status, bytes, { type: 'repeat', count, everyMs, bytes });
};
