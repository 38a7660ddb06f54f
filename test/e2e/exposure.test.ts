import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { builtProgram, openConsole } from './program.ts';

const program = builtProgram();

describe('the warning that other machines can connect', () => {
  it('is not shown for loopback addresses, which are the default', async () => {
    const console = openConsole({ args: [':0', 'udp://localhost:0'] });
    await console.until(/ online ─*╮/u);
    expect(console.text()).not.toContain('other machines');
    await using server = await startServer([':0', 'udp://localhost:0', '--json'], { program, listeners: 2 });
    expect(server.stderr()).toBe('');
  });

  it('is on the screen of the console, at any size', async () => {
    const console = openConsole({ args: ['0.0.0.0:0', ':0'], columns: 60, rows: 20 });
    await console.until(/^ ! open to other machines: tcp:\/\/0\.0\.0\.0:\d+/mu);
    console.resize({ columns: 160, rows: 50 });
    await console.until(/^ ! open to other machines: tcp:\/\/0\.0\.0\.0:\d+; --allow and --deny say who is let in$/mu);
  });

  it('is printed by serve on stderr, and not in its NDJSON', async () => {
    const args = ['udp://[::]:0', ':0', '--json', '--allow', '::1'];
    await using server = await startServer(args, { program, listeners: 2 });
    expect(server.stderr()).toMatch(/^echoscope: open to other machines: udp:\/\/\[::\]:\d+; let in: ::1\n$/);
    expect(server.events().map(({ event }) => event)).toEqual(['listening', 'listening']);
  });
});
