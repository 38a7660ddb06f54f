import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startConsole } from './program.ts';
import { startProgram } from './send-run.ts';

/** The code of the error with which connecting to Node's debugger fails; null where it listens. */
const debuggerError = async (): Promise<unknown> => {
  const socket = connect(9229, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  } finally {
    socket.destroy();
  }
};

it('SIGUSR1 opens no debugger in serve', async () => {
  const { child, exited } = startProgram(['serve', ':0']);
  await once(child.stdout, 'data');
  child.kill('SIGUSR1');
  // Node would tell of it before the program has ended in order.
  child.kill('SIGTERM');
  const { status, stderr } = await exited;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('SIGUSR1 opens no debugger in the console, and writes nothing into its screen', async () => {
  const console = await startConsole();
  process.kill(console.pid, 'SIGUSR1');
  await console.type('still here');
  await console.until('› still here');
  expect(console.grid().join('')).not.toContain('Debugger');
  expect(await debuggerError()).toBe('ECONNREFUSED');
});
