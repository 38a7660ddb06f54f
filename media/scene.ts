import { setTimeout as delay } from 'node:timers/promises';
import { type Client, openClient } from '../test/support/client.ts';
import type { Scene } from './record.ts';

const messages = ['hello', '안녕하세요, 반갑습니다', 'ping 🙂 pong'];

/** Long enough for the rates to have a past. */
const trafficMs = 14_000;
const burstMs = 100;

/**
 * A chat with the echo server, while two clients have come and gone, one is idle, one does not keep up, and a device
 * talks.
 */
export const consoleScene: Scene = async (terminal) => {
  const listening = /tcp:\/\/\S*:(\d+)/u;
  await terminal.until(listening);
  await terminal.until('online');
  const port = Number(listening.exec(terminal.text())?.[1]);
  await visit(port, 'a word\n');
  await vanish(port);
  const [idle, stalled, device] = [await openClient(port), await openClient(port), await openClient(port)];
  try {
    await idle.write('who is there?\n');
    stall(stalled);
    const traffic = talk(device);
    for (const message of messages) {
      await terminal.type(message);
      await terminal.press('enter');
      await terminal.until((grid) => grid.filter((line) => line.includes(message)).length === 2);
      await delay(trafficMs / 10);
    }
    await traffic;
    // The newest connection is the first of the list.
    await terminal.press('escape', 'home');
    await terminal.until((grid) => grid.some((line) => line.includes('▸') && line.includes(device.local)));
  } finally {
    for (const client of [idle, stalled, device]) client.destroy();
  }
};

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

/** Bursts that swell and ebb. */
async function talk(device: Client): Promise<void> {
  for (let time = 0; time < trafficMs; time += burstMs) {
    const share = 0.55 + 0.45 * Math.sin((time / trafficMs) * 5 * Math.PI);
    await device.write(Buffer.alloc(Math.round(share * 48 * 1024), '.'));
    await delay(burstMs);
  }
}
