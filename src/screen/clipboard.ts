/** More than any command of ours; terminals refuse from some ten thousand characters on. */
export const maxClipboardBytes = 4096;

/**
 * The control sequence that puts a text on the clipboard of the terminal, over ssh and tmux too (OSC 52, xterm's control
 * sequences: Manipulate Selection Data). Base64 keeps controls in the text from being run. Empty where the text is too
 * long: half a command would be worse than none.
 */
export const toClipboard = (text: string): string => {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length > maxClipboardBytes ? '' : `\x1b]52;c;${bytes.toString('base64')}\x07`;
};
