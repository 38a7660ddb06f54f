import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { openTerminalInShell, type ShellOutput, type ShellTerminal } from '../support/shelled.ts';
import { openTerminal, type Terminal, type TerminalOptions } from '../support/terminal/pty.ts';

/** How the console is started: on any free port where no arguments say otherwise. */
export interface ConsoleOptions extends Omit<TerminalOptions, 'command'> {
  /** What runs it, such as in a network of its own. */
  readonly inside?: readonly string[];
}

/** A console whose client is connected. */
interface Online {
  /** Of the first endpoint, as the header shows it. */
  readonly port: number;
}

export type Console = Terminal & Online;
export type ShellConsole = ShellTerminal & Online;

/** The program as it was built. */
export function builtProgram(): string {
  const path = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: npm run build makes it, and npm test does that first`);
  return path;
}

/** The console in a terminal that is closed at the end of the test. */
export const openConsole = (options: ConsoleOptions = {}): Terminal => opened(openTerminal(commandOf(options)));

/** The console once its client is connected. */
export const startConsole = async (options: ConsoleOptions = {}): Promise<Console> => online(openConsole(options));

/** The same from a shell, which tells what state the terminal is left in. */
export const startConsoleInShell = async (options: ConsoleOptions = {}, words?: ShellOutput): Promise<ShellConsole> =>
  online(opened(openTerminalInShell(commandOf(options), words)));

/** The ports of the endpoints that the header has room for. */
export const shownPorts = (terminal: Terminal): number[] =>
  Array.from((terminal.grid()[0] ?? '').matchAll(/tcp:\/\/\S+:(\d+)/gu), ([, port]) => Number(port));

/** Whether a line of the screen is a row of the list of connections: marks, and then a number that is no time. */
export const isRow = (line: string): boolean => /^│[▸ ][!‖x ] *\d+ (?![mµ]?s )/u.test(line);

/** The row of a peer in the list of connections; its own says `you`. */
export const rowOf = (grid: readonly string[], peer: string): string | undefined =>
  grid.find((line) => isRow(line) && line.includes(` ${peer} `));

/** A folder for what the program keeps from run to run, until the end of the test: never that of whoever runs it. */
export const stateHome = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** What makes the program fail at SIGUSR2, in the way named (see crash.ts). Its heaps are small, so that they fill fast. */
export const crashing = (how: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import=${new URL('./crash.ts', import.meta.url)}?how=${how} --max-old-space-size=64`,
});

const commandOf = ({ args = [':0'], env, inside = [], ...options }: ConsoleOptions): TerminalOptions => {
  const [command = '', ...rest] = [...inside, process.execPath, builtProgram(), ...args];
  return { ...options, command, args: rest, env: { XDG_STATE_HOME: env?.XDG_STATE_HOME ?? stateHome(), ...env } };
};

const opened = <T extends Terminal>(terminal: T): T => {
  onTestFinished(() => terminal.close());
  return terminal;
};

const online = async <T extends Terminal>(terminal: T): Promise<T & Online> => {
  await terminal.until(/ online ─*╮/u);
  // Its row comes with the next picture; one of UDP only with its first datagram, and a small window shows no counts.
  await terminal.until(([header = '']) => !/ 0 open/u.test(header) || header.includes(' udp://'));
  const [port] = shownPorts(terminal);
  if (port === undefined) throw new Error(`no endpoint in the header: ${terminal.grid()[0]}`);
  return { ...terminal, port };
};
