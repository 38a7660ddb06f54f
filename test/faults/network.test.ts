import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Server, spawnServer, startServer, watch } from '../commands/serve/server.ts';
import { builtProgram, stateHome } from '../e2e/program.ts';
import { startTool, type Tool } from '../interop/tool.ts';
import { type Network, openNetwork, requireNetworks } from '../support/net/network.ts';
import { openTerminal } from '../support/terminal/pty.ts';
import { until } from '../support/wait.ts';

const program = builtProgram();
const peersProgram = fileURLToPath(new URL('./peers.ts', import.meta.url));

/** Peers that hand so many bytes to their kernel and never read. */
const startPeers = async (
  network: Network,
  host: string,
  port: number,
  count: number,
  bytes: number,
): Promise<Tool> => {
  const [nsenter = '', ...args] = network.inside;
  const peers = startTool(nsenter, [...args, process.execPath, peersProgram, host, `${port}`, `${count}`, `${bytes}`]);
  await peers.receive('open');
  return peers;
};

/** Has one connection echo a line, from inside the network. */
const echoes = async (network: Network, host: string, port: number): Promise<boolean> => {
  const [nsenter = '', ...args] = network.inside;
  const script = `const s = require('node:net').connect(${port}, '${host}');
    s.setTimeout(10_000, () => process.exit(1));
    s.on('error', () => process.exit(1));
    s.on('data', () => process.exit(0));
    s.write('hello');`;
  return (await startTool(nsenter, [...args, process.execPath, '-e', script]).exited).status === 0;
};

/** Memory that a process has in RAM, bytes: VmRSS of proc_pid_status(5). */
const memoryOf = ({ pid }: Server): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

const stats = (server: Server) => server.events().findLast(({ event }) => event === 'stats') ?? {};

describe.runIf(requireNetworks())('a network that fails', () => {
  it('a thousand peers that never read cost 256 KiB each at most, and what they had is given back', async () => {
    const count = 1000;
    const network = await openNetwork();
    // The kernel keeps little for each of them, so that a thousand fill without gigabytes.
    network.run('cd /proc/sys/net/ipv4 && echo 4096 16384 65536 > tcp_rmem && echo 4096 16384 65536 > tcp_wmem');
    const args = ['127.0.0.1:9000', '--json', '--stats', '200ms'];
    await using server = await startServer(args, { program, within: network.inside });
    expect(await echoes(network, '127.0.0.1', 9000)).toBe(true);
    const before = memoryOf(server);
    const peers = await startPeers(network, '127.0.0.1', 9000, count, 1 << 20);
    // Each is owed something, and nothing moves any more.
    let last = -1;
    await until(() => {
      const { open = 0, bytesIn = 0, bytesOut = 0 } = stats(server);
      const isStill = open === count && Number(bytesIn) > Number(bytesOut) && bytesIn === last;
      last = Number(bytesIn);
      return isStill;
    }, 'all to be stalled');
    expect(memoryOf(server) - before).toBeLessThan(count * 256 * 1024);
    expect(await echoes(network, '127.0.0.1', 9000), 'others are served').toBe(true);
    peers.end();
    await peers.exited;
    await until(() => stats(server).open === 0, 'all to be closed');
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.stderr()).toBe('');
  });

  /** Two networks and a wire between them, 10.9.0.1 at the server and 10.9.0.2 at its peer. */
  const openWire = async () => {
    const [near, far] = [await openNetwork(), await openNetwork()];
    near.run(`ip link add near type veth peer name far netns ${far.pid}`);
    near.run('ip address add 10.9.0.1/24 dev near && ip link set near up');
    far.run('ip address add 10.9.0.2/24 dev far && ip link set far up');
    return { near, far };
  };

  it.each([
    ['in silence', 5],
    ['with more owed than the wire takes', 8 << 20],
  ])('a peer that vanishes %s is closed by --idle-timeout', async (_, bytes) => {
    const { near, far } = await openWire();
    const args = ['10.9.0.1:9000', '--json', '--idle-timeout', '3s'];
    await using server = await startServer(args, { program, within: near.inside });
    const peers = await startPeers(far, '10.9.0.1', 9000, 1, bytes);
    await server.event('open');
    far.run('ip link set far down');
    const { how, bytesIn, bytesOut } = await server.event('close');
    expect(how).toBe('idle');
    if (bytes === 5) expect([bytesIn, bytesOut]).toEqual([5, 5]);
    peers.end();
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.events().at(-1)).toMatchObject({ event: 'stopped', open: 0, served: 1 });
  });

  it('without it a thousand vanished peers stay, cost less than 64 KiB each, and do not delay the end', async () => {
    const count = 1000;
    const { near, far } = await openWire();
    await using server = await startServer(['10.9.0.1:9000', '--json', '--stats', '200ms'], {
      program,
      within: near.inside,
    });
    const before = memoryOf(server);
    const peers = await startPeers(far, '10.9.0.1', 9000, count, 5);
    await until(() => stats(server).bytesOut === 5 * count, 'every echo');
    await far.close();
    expect(memoryOf(server) - before).toBeLessThan(count * 64 * 1024);
    const told = stats(server);
    await until(() => stats(server) !== told, 'the next totals');
    expect(stats(server)).toMatchObject({ open: count });
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.events().at(-1)).toMatchObject({ event: 'stopped', open: 0, served: count });
    peers.end();
  });

  it('an interface that disappears takes its listener along, and gives it back; the others never notice', async () => {
    const network = await openNetwork();
    const raise = 'ip link add there type veth && ip address add 10.9.0.1/24 dev there && ip link set there up';
    network.run(raise);
    const args = ['10.9.0.1:9000', 'udp://10.9.0.1:9000', '127.0.0.1:9000', '--json'];
    await using server = await startServer(args, { program, listeners: 3, within: network.inside });
    expect(await echoes(network, '10.9.0.1', 9000)).toBe(true);
    network.run('ip link del there');
    expect(await echoes(network, '10.9.0.1', 9000)).toBe(false);
    expect(await echoes(network, '127.0.0.1', 9000)).toBe(true);
    network.run(raise);
    expect(await echoes(network, '10.9.0.1', 9000)).toBe(true);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.events().at(-1)).toMatchObject({ event: 'stopped', open: 0, served: 3 });
    expect(server.stderr()).toMatch(/^echoscope: open to other machines: .*\n$/);
  });

  it('of several servers that start at once on one port exactly one has it, and the others report EADDRINUSE', async () => {
    const network = await openNetwork();
    const servers = Array.from({ length: 4 }, () =>
      watch(spawnServer(['127.0.0.1:9000', '--json'], { program, within: network.inside })),
    );
    for (const server of servers) onTestFinished(() => server[Symbol.asyncDispose]());
    await until(() => servers.every((server) => server.events().length > 0), 'each to tell');
    const told = servers.map((server) => server.events()[0]?.event);
    expect(told.toSorted()).toEqual(['error', 'error', 'error', 'listening']);
    expect(await echoes(network, '127.0.0.1', 9000)).toBe(true);
    for (const server of servers.filter((_, n) => told[n] === 'error')) {
      expect(await server.exited).toEqual({ status: 1, signal: null });
      expect(server.events()).toMatchObject([{ event: 'error', stage: 'bind', code: 'EADDRINUSE' }]);
    }
  });

  it('of several consoles that start at once one has port 8080, and the others name the free port that they took', async () => {
    const network = await openNetwork();
    const [nsenter = '', ...args] = network.inside;
    const start = () => {
      const env = { XDG_STATE_HOME: stateHome() };
      const terminal = openTerminal({
        command: nsenter,
        args: [...args, process.execPath, program],
        env,
        columns: 120,
      });
      onTestFinished(() => terminal.close());
      return terminal;
    };
    const consoles = Array.from({ length: 3 }, start);
    await Promise.all(consoles.map((console) => console.until(/ online ─*╮/u)));
    const heads = consoles.map((console) => console.grid().slice(0, 2).join('\n'));
    const [first, ...others] = heads.toSorted((a, b) => Number(a.includes('taken')) - Number(b.includes('taken')));
    expect(first).toContain('tcp://127.0.0.1:8080 ');
    for (const other of others) expect(other).toMatch(/ ! port 8080 is taken: listening on tcp:\/\/127\.0\.0\.1:\d{5}/);
  });
});
