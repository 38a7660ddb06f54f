import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { program } from './peer.ts';
import { startConsole } from './pseudo-terminal.ts';

const [node, ...args] = program;

/** `node -e 0`, from its start to its end, ms. */
export const nothing = (): number => {
  const from = performance.now();
  spawnSync(node, ['-e', '0'], { stdio: 'ignore' });
  return performance.now() - from;
};

/** `serve`, from its start to the line that it listens, ms. */
export const serveStarts = async (): Promise<number> => {
  const from = performance.now();
  const child = spawn(node, [...args, 'serve', ':0', '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const took = performance.now() - from;
  // In an orderly way: what was compiled is kept for the next start.
  child.kill('SIGTERM');
  await once(child, 'exit');
  return took;
};

/** The console, from its start to its first frame, ms. */
export const consoleStarts = async (): Promise<number> => {
  const server = await startConsole();
  server.type('\u0003');
  await server.child.ended;
  return server.firstFrameMs;
};
