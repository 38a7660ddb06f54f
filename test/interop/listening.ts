import { freePort, type Place } from '../support/net/free-port.ts';
import { until } from '../support/wait.ts';
import { startTool, type Tool, type ToolOptions } from './tool.ts';

/** What to start, once a port is known: a program and its arguments, with all that makes it tell that it listens. */
export type Command = (host: string, port: string) => readonly [program: string, ...args: string[]];

export interface Listening extends Tool {
  /** The endpoint, as `--to` takes it. */
  readonly to: string;
}

/** Another program may take a free port before the one it was found for. */
const attempts = 5;

/** A host as it stands before a port, and as socat always wants it: IPv6 in brackets. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Starts a server on a free port and waits until it says that it listens: not every one tells its port when given 0. */
export async function startListening(place: Place, command: Command, options?: ToolOptions): Promise<Listening> {
  const { transport, host } = place;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(place);
    const [program, ...args] = command(host, `${port}`);
    const tool = startTool(program, args, options);
    const listens = () => /\b(?:listening|bound|receiving)\b.* on\b/iu.test(tool.stderr());
    await until(() => listens() || tool.exit() !== null, `${program} to listen`);
    if (tool.exit() === null) return { ...tool, to: `${transport}://${bracketed(host)}:${port}` };
    if (attempt === attempts || !/in use/iu.test(tool.stderr()))
      throw new Error(`${program} ${args.join(' ')} does not listen: ${tool.stderr()}`);
  }
}
