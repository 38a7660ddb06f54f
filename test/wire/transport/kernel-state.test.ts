import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { constants } from 'node:os';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Askable, KernelState } from '../../../src/wire/transport/kernel-state.ts';
import { type Client, openClient } from '../../support/net/client.ts';
import { until } from '../../support/wait.ts';

const { ECONNRESET, EPIPE } = constants.errno;

/** An accepted socket, its handle, and its client. */
const accept = async (): Promise<{ socket: Socket; handle: Askable; client: Client }> => {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const accepted = once(server, 'connection');
  const client = await openClient(address !== null && typeof address === 'object' ? address.port : 0);
  const [socket] = (await accepted) as [Socket];
  socket.on('error', () => undefined);
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  return { socket, handle: Reflect.get(socket, '_handle'), client };
};

const finish = async (socket: Socket): Promise<void> => {
  socket.end();
  await once(socket, 'finish');
};

it('calls no binding that may take other arguments: the wrong ones end the process', async () => {
  const binding: unknown = Reflect.get(process, 'binding');
  const writeBuffer = vi.fn();
  Reflect.set(process, 'binding', () => ({ writeBuffer }));
  vi.doMock('node:fs', async (original) => ({ ...(await original<object>()), writeSync: () => -1 }));
  onTestFinished(() => {
    vi.doUnmock('node:fs');
    Reflect.set(process, 'binding', binding);
  });
  vi.resetModules();
  const { kernelStateOf } = await import('../../../src/wire/transport/kernel-state.ts');
  kernelStateOf({ fd: 0, getpeername: () => -1 }, true);
  expect(writeBuffer).not.toHaveBeenCalled();
});

describe.runIf(process.platform === 'linux').each([
  ['binding', true],
  ['public call', false],
])('the kernel, asked through the %s', (_, hasBinding) => {
  const load = async () => {
    const binding: unknown = Reflect.get(process, 'binding');
    if (!hasBinding) Reflect.set(process, 'binding', () => ({}));
    vi.resetModules();
    const loaded = await import('../../../src/wire/transport/kernel-state.ts');
    Reflect.set(process, 'binding', binding);
    return loaded;
  };

  it('says that a connection stands until both FINs have come, and then that ours was acknowledged', async () => {
    const { kernelStateOf } = await load();
    const { socket, handle, client } = await accept();
    expect(kernelStateOf(handle, false)).toBe('open');
    await finish(socket);
    expect(kernelStateOf(handle, true)).toBe('open');
    client.end();
    await until(() => kernelStateOf(handle, true) === 'over', 'both FINs');
  });

  it.each([
    ['right away', false, ECONNRESET],
    ['behind its FIN', true, EPIPE],
  ])('names the RST of a peer, %s', async (_when, hasFinished, errno) => {
    const { kernelStateOf } = await load();
    const { socket, handle, client } = await accept();
    if (hasFinished) {
      client.end();
      await once(socket.resume(), 'end');
    }
    client.reset();
    let state: KernelState = 'open';
    await until(() => {
      state = kernelStateOf(handle, false);
      return state !== 'open';
    }, 'the RST');
    expect(state).toBe(-errno);
  });

  it('knows whether bytes are unread', async () => {
    const { hasUnread } = await load();
    const { handle, client } = await accept();
    expect(hasUnread(handle)).toBe(false);
    await client.write('x');
    await until(() => hasUnread(handle), 'a byte');
    expect(hasUnread(handle), 'it was taken').toBe(false);
    client.end();
    await client.write('').catch(() => undefined);
    expect(hasUnread(handle), 'FIN is no byte').toBe(false);
  });

  it('is not known of a descriptor that is closed', async () => {
    const { kernelStateOf, hasUnread } = await load();
    const { socket, handle } = await accept();
    socket.destroy();
    await once(socket, 'close');
    expect([kernelStateOf(handle, false), hasUnread(handle)]).toEqual(['unknown', false]);
  });
});
