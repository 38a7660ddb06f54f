import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly exited: Promise<Outcome>;
}

interface StartOptions {
  /** Whether stdout is read and collected; otherwise it is the test's to read. */
  readonly read?: boolean;
  /** A shell command that starts the program as "$@", for what only a shell can do. */
  readonly shell?: string;
}

/** Starts the built program's `send` with pipes for all three streams, stdin open. It ends with the test. */
export const startSend = (args: readonly string[], options: StartOptions = {}): Running =>
  startProgram(['send', ...args], options);

/** Starts the built program in the same way. */
export function startProgram(args: readonly string[], { read = true, shell }: StartOptions = {}): Running {
  const command = [process.execPath, program, ...args];
  const [file = '', ...rest] = shell === undefined ? command : ['sh', '-c', shell, 'sh', ...command];
  const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  // A program that ends before its input did is what some tests are about.
  child.stdin.on('error', () => undefined);
  const stdout: Buffer[] = [];
  let stderr = '';
  if (read) child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, read ? 'close' : 'exit').then(([status, signal]) => ({
    status,
    signal,
    stdout: Buffer.concat(stdout),
    stderr,
  }));
  return { child, exited };
}

/** Runs `send` to its end, with all of its input at once. */
export function send(args: readonly string[], input: string | Uint8Array = ''): Promise<Outcome> {
  const { child, exited } = startSend(args);
  child.stdin.end(input);
  return exited;
}

/** A TCP server of the test's own on a free port; resolves to its endpoint. */
export async function serveTcp(onSocket: (socket: Socket) => void, host = '127.0.0.1'): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return endpointOf(server.address());
}

/** A UDP server of the test's own: what `answer` yields goes back, one datagram each. */
export async function serveUdp(answer: (datagram: Buffer) => Uint8Array[], host = '127.0.0.1'): Promise<string> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (datagram, peer) => {
    for (const reply of answer(datagram)) socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  return `udp://${endpointOf(socket.address())}`;
}

/** An endpoint on which nothing listens: tcpmux (RFC 1078), which no system gives to a program that asks for any port. */
export const closedEndpoint = '127.0.0.1:1';

/** A port that is free now. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = endpointOf(server.address());
  server.close();
  await once(server, 'close');
  return endpoint;
}

function endpointOf(address: { address: string; port: number } | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.address.includes(':') ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}

/** Answers each chunk as it comes, and half-closes after the peer did. */
export const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

/** Answers all at once, after the peer has half-closed. */
export const echoAtEnd = (socket: Socket): void => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('end', () => socket.end(Buffer.concat(chunks)));
};
