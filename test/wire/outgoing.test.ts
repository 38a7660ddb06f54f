import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { takenBytes } from '../../src/wire/kernel.ts';
import { Outgoing } from '../../src/wire/outgoing.ts';
import { openClient } from '../support/client.ts';
import { until } from '../support/wait.ts';

it('counts of a peer that stops reading what the kernel has taken, not what was handed over', async () => {
  const server = createServer();
  const connection = once(server, 'connection');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const deaf = await openClient(address !== null && typeof address === 'object' ? address.port : 0);
  const [socket]: Socket[] = await connection;
  if (socket === undefined) throw new Error('nothing was accepted');
  onTestFinished(() => {
    deaf.destroy();
    socket.destroy();
    server.close();
  });
  deaf.pause();
  let counted = 0;
  let isStalled = false;
  const outgoing = new Outgoing(socket, {
    sent: (bytes) => {
      counted += bytes;
    },
    stalled: (stalled) => {
      isStalled = stalled;
    },
  });
  const total = 32 << 20;
  outgoing.send(Buffer.alloc(total));
  let before = -1;
  await until(() => {
    outgoing.progress();
    const isStill = isStalled && counted === before;
    before = counted;
    return isStill;
  }, 'the kernel to take no more');
  expect(counted).toBe(takenBytes(socket));
  expect(outgoing.handed - counted).toBeGreaterThan(0);
  expect(outgoing.handed - counted).toBeLessThanOrEqual(64 * 1024);
  expect(outgoing.queued).toBe(total - outgoing.handed);
  deaf.resume();
  await until(() => counted === total, 'all to be taken');
  expect([isStalled, outgoing.owes, outgoing.queued]).toEqual([false, false, 0]);
});
