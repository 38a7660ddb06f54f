import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { onTestFinished } from 'vitest';
import { collect, type Received } from '../support/net/received.ts';
import type { Exit } from '../support/terminal/pty.ts';
import { type Sum, sumOf } from './mass.ts';

/** A network program, with its streams in our hands. */
export interface Tool extends Received {
  write(data: string | Uint8Array): void;
  /** Ends its input. */
  end(data?: string | Uint8Array): void;
  stderr(): string;
  /** How it ended, null while it runs. */
  exit(): Exit | null;
  /** Settles when it is gone and all its output has come. */
  readonly exited: Promise<Exit>;
}

export interface ToolOptions {
  /** Whether its output becomes its input: a netcat that listens is then an echo. */
  readonly looped?: boolean;
}

/** Starts a program with pipes for all its streams. It ends with the test at the latest. */
export function startTool(program: string, args: readonly string[], { looped = false }: ToolOptions = {}): Tool {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // Writing to a program that is gone is no failure of the test; what it received tells.
  child.stdin.on('error', () => undefined);
  const received = collect(child.stdout);
  if (looped) child.stdout.pipe(child.stdin);
  let exit: Exit | null = null;
  const exited = endOf(child).then((how) => {
    exit = how;
    return how;
  });
  return {
    ...received,
    write: (data) => {
      child.stdin.write(data);
    },
    end: (data) => {
      child.stdin.end(data);
    },
    stderr: textOf(child.stderr),
    exit: () => exit,
    exited,
  };
}

/** How a program ended, and what it printed. */
export interface Run extends Exit {
  readonly output: Sum;
  readonly stderr: string;
}

/** Runs a program to its end with a file for its input, and keeps the checksum alone of what it prints. */
export async function run(program: string, args: readonly string[], path: string): Promise<Run> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  createReadStream(path).pipe(child.stdin);
  const stderr = textOf(child.stderr);
  const [exit, output] = await Promise.all([endOf(child), sumOf(child.stdout)]);
  return { ...exit, output, stderr: stderr() };
}

function endOf(child: ChildProcess): Promise<Exit> {
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return exited;
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return () => text;
}
