import { setTimeout as delay } from 'node:timers/promises';
import { type Client, openClient } from '../test/support/net/client.ts';
import type { Terminal } from '../test/support/terminal/pty.ts';
import type { Scene } from './record.ts';

const messages = ['hello', '안녕하세요, 반갑습니다', 'ping 🙂 pong'];

/** Long enough for the rates to have a past. */
const longMs = 14_000;
const shortMs = 5_000;
const burstMs = 100;

/** Peers of a console: one idle, one that does not keep up, and a device that talks. */
interface Peers {
  readonly idle: Client;
  readonly stalled: Client;
  readonly device: Client;
  /** Settles when the device has said all it has to say. */
  readonly traffic: Promise<void>;
}

/** A chat with the echo server, while peers come, go and talk. */
export const consoleScene: Scene = (terminal) =>
  amongPeers(terminal, longMs, async ({ device, traffic }) => {
    await chat(terminal);
    await traffic;
    await selectFirst(terminal, device);
  });

/** The list, filtered and sorted. */
export const filterScene: Scene = (terminal) =>
  amongPeers(terminal, shortMs, async ({ device, traffic }) => {
    await chat(terminal);
    await traffic;
    await selectFirst(terminal, device);
    await terminal.type('sssss');
    await terminal.type('/!closed in:>1kB');
    await terminal.until('Connections 2 of ');
  });

/** Commands that play a peer again. */
export const replayScene: Scene = (terminal) =>
  amongPeers(terminal, shortMs, async ({ device, traffic }) => {
    await chat(terminal);
    await traffic;
    await selectFirst(terminal, device);
    await terminal.type('c');
    await terminal.until('again');
  });

/** One connection, from accept on: what it says, and the ladder of its calls. */
export const detailScene: Scene = (terminal) =>
  amongPeers(terminal, shortMs, async ({ idle, device }) => {
    await chat(terminal);
    await selectFirst(terminal, device);
    await terminal.press('down', 'down');
    await terminal.until((grid) => grid.some((line) => marked.test(line) && line.includes(idle.local)));
    await terminal.press('enter');
    await terminal.until(/[┤|] Payload #/u);
    for (const line of ['GET / HTTP/1.1\r\nHost: echo\r\n\r\n', '안녕 🙂\n', Buffer.of(0, 1, 2, 0xfe, 0xff)]) {
      await idle.write(line);
      await delay(400);
    }
    idle.end();
    await idle.ended;
    await terminal.until(/FIN/u);
    await delay(400);
  });

/** Every key. */
export const helpScene: Scene = (terminal) =>
  amongPeers(terminal, shortMs, async ({ device, traffic }) => {
    await traffic;
    await selectFirst(terminal, device);
    await terminal.type('?');
    await terminal.until(/ Help /u);
  });

/** In a locale without UTF-8. */
export const asciiScene: Scene = (terminal) =>
  amongPeers(terminal, shortMs, async ({ device, traffic }) => {
    for (const message of ['hello', 'all of this is ASCII']) await say(terminal, message);
    await traffic;
    await selectFirst(terminal, device);
  });

/** From the first word to a list that is filtered, in a few seconds. */
export const tourScene: Scene = async (terminal) => {
  const port = await online(terminal);
  await delay(800);
  await slowly(terminal, 'hello');
  await terminal.press('enter');
  await terminal.until(/← hello/u);
  await delay(900);
  const device = await openClient(port);
  const idle = await openClient(port);
  try {
    const traffic = talk(device, 6_000);
    traffic.catch(() => undefined);
    await idle.write('who is there?\n');
    await slowly(terminal, '안녕하세요');
    await terminal.press('enter');
    await delay(1200);
    await terminal.press('escape', 'home');
    await delay(900);
    await terminal.press('down');
    await delay(1600);
    await slowly(terminal, '/in:>1kB');
    await delay(1000);
    await terminal.press('enter');
    await traffic;
    await visit(port, 'bye\n');
    await terminal.press('escape');
    await delay(1800);
  } finally {
    for (const client of [idle, device]) client.destroy();
  }
};

const marked = /^[│|][▸>]/u;

/** The port of a console once its client is connected. */
async function online(terminal: Terminal): Promise<number> {
  const listening = /tcp:\/\/\S*:(\d+)/u;
  await terminal.until(listening);
  await terminal.until(/ 1 open /u);
  return Number(listening.exec(terminal.text())?.[1]);
}

/** Two clients come and go; three stay while `act` plays. */
async function amongPeers(terminal: Terminal, ms: number, act: (peers: Peers) => Promise<void>): Promise<void> {
  const port = await online(terminal);
  await visit(port, 'a word\n');
  await vanish(port);
  const [idle, stalled, device] = [await openClient(port), await openClient(port), await openClient(port)];
  try {
    await idle.write('who is there?\n');
    stall(stalled);
    const traffic = talk(device, ms);
    // Who plays no longer than that does not wait for it; when the scene ends, so does the traffic.
    traffic.catch(() => undefined);
    await act({ idle, stalled, device, traffic });
  } finally {
    for (const client of [idle, stalled, device]) client.destroy();
  }
}

async function chat(terminal: Terminal): Promise<void> {
  for (const message of messages) await say(terminal, message);
}

async function say(terminal: Terminal, message: string): Promise<void> {
  await terminal.type(message);
  await terminal.press('enter');
  await terminal.until((grid) => grid.some((line) => line.includes(`← ${message}`) || line.includes(`<- ${message}`)));
  await delay(shortMs / 5);
}

async function slowly(terminal: Terminal, text: string): Promise<void> {
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    await terminal.type(segment);
    await delay(130);
  }
}

/** The newest connection is the first of the list. */
async function selectFirst(terminal: Terminal, device: Client): Promise<void> {
  await terminal.press('escape');
  await terminal.until(/[┤|] Connections [├|]/u);
  // The newest peer is selected without a key; a key that does nothing would say so in the footer.
  const isMarked = (grid: readonly string[]) => grid.some((line) => marked.test(line) && line.includes(device.local));
  if (!isMarked(terminal.grid())) await terminal.press('home');
  await terminal.until(isMarked);
}

/** Says a word, hears it, and closes in order. */
async function visit(port: number, word: string): Promise<void> {
  const client = await openClient(port);
  await client.write(word);
  client.end();
  await client.ended;
  client.destroy();
}

/** Says much and breaks off. */
async function vanish(port: number): Promise<void> {
  const client = await openClient(port);
  await client.write(Buffer.alloc(40_000, '-'));
  await client.receive(40_000);
  client.reset();
}

/** Sends more than the buffers between the two ends hold, and reads nothing. */
function stall(client: Client): void {
  client.pause();
  // What is left when the scene ends is dropped with the connection.
  client.write(Buffer.alloc(32 * 1024 * 1024, 'x')).catch(() => undefined);
}

const reading = 'T=21.5 H=40 P=1013 V=3.29 seq=0042 status=ok\n';

/** Bursts that swell and ebb. */
async function talk(device: Client, ms: number): Promise<void> {
  for (let time = 0; time < ms; time += burstMs) {
    const share = 0.55 + 0.45 * Math.sin((time / ms) * 5 * Math.PI);
    await device.write(Buffer.alloc(Math.round(share * 48 * 1024), reading));
    await delay(burstMs);
  }
}
