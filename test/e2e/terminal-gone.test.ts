import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { describe, expect, it } from 'vitest';
import { until } from '../support/wait.ts';
import { builtProgram, stateHome } from './program.ts';

/** Runs the program on a terminal with a session of its own, so that no SIGHUP comes; stderr goes to a file. */
const script = `
  folder=$1 terminal=$(tty); shift
  trap '' HUP
  setsid sh -c 'echo $$ > "$0/pid"; exec "$@" 2> "$0/stderr"' "$folder" "$@" < "$terminal" &
  wait $!
  echo $? > "$folder/status"
`;

const open = (args: readonly string[]) => {
  const folder = stateHome();
  const command = ['-c', script, 'sh', folder, process.execPath, builtProgram(), ...args];
  // Started by a shell that ignores SIGHUP it would ignore it too, and does not get one anyway.
  const terminal = spawn('sh', command, { cols: 120, rows: 30, env: { ...process.env, XDG_STATE_HOME: folder } });
  let shown = '';
  terminal.onData((text) => {
    shown += text;
  });
  const read = (name: string) => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return '';
    }
  };
  return { terminal, read, shown: () => shown };
};

const isListening = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
};

describe('a terminal that is gone, without a SIGHUP', () => {
  it.each([
    ['the console', [':0'], /tcp:\/\/127\.0\.0\.1:(\d+)[\s\S]* online /, 'echoscope: the terminal is gone\n'],
    ['serve, with its next line', ['serve', ':0', '--stats', '50ms'], /listening +tcp:\/\/127\.0\.0\.1:(\d+)/, ''],
  ])('ends %s, and its port is free', async (_, args, up, words) => {
    const { terminal, read, shown } = open(args);
    await until(() => up.test(shown()), 'the program to be up');
    const port = Number(up.exec(shown())?.[1]);
    expect(await isListening(port)).toBe(true);
    // Closes the master side; not in the types of node-pty.
    Reflect.apply(Reflect.get(terminal, 'destroy'), terminal, []);
    await until(() => read('status') !== '', 'the program to end');
    expect([read('status'), read('stderr')]).toEqual(['0\n', words]);
    expect(await isListening(port)).toBe(false);
  });
});
