/** More than any command of ours; terminals refuse some ten thousand characters and more. */
const mostBytes = 4096;

/**
 * The control sequence that hands a text to the clipboard of the terminal, over ssh and tmux too (OSC 52, xterm's
 * control sequences: Manipulate Selection Data). Base64 keeps the text from being a sequence itself. Empty where the
 * text is too long: half a command would be worse than none.
 */
export const toClipboard = (text: string): string => {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length > mostBytes ? '' : `\x1b]52;c;${bytes.toString('base64')}\x07`;
};
