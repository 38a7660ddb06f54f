import { terminalLines } from '../text/locale.ts';

/** Tells people something, as one line on stderr. It is plain text already (see text/printable). */
export const printError = (message: string): void => {
  const line = `echoscope: ${message}\n`;
  process.stderr.write(process.stderr.isTTY ? terminalLines(line) : line);
};
