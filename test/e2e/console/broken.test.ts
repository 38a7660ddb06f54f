import { spawn } from 'node:child_process';
import { describe, it, onTestFinished } from 'vitest';
import { openNetwork, requireNetworks } from '../../support/net/network.ts';
import { startConsole } from '../program.ts';

/** A peer that connects, and does nothing more. */
const idler = "require('node:net').connect(Number(process.argv[1]), '127.0.0.1'); setTimeout(() => {}, 60_000);";

describe.runIf(requireNetworks())('a connection whose line is cut', () => {
  it('ends with its errno: in the verdict, on the ladder and in the list', async () => {
    const network = await openNetwork();
    // A packet that is not answered is sent once more, and no oftener: the kernel gives up within a second (tcp(7)).
    network.run('echo 1 > /proc/sys/net/ipv4/tcp_retries2');
    const console = await startConsole({ inside: network.inside, columns: 80, rows: 24 });
    const [command = '', ...args] = [...network.inside, process.execPath, '-e', idler, String(console.port)];
    const peer = spawn(command, args, { stdio: 'ignore' });
    onTestFinished(() => void peer.kill());
    await console.press('escape');
    await console.until(/^│.. *2 .*ESTABLISHED/mu);
    await console.until('─ Payload #2 ─');
    network.run('ip link set lo down');
    await console.type('w');
    await console.until('send to #2: ');
    await console.type('are you there?');
    await console.press('enter');
    await console.until(/broken off: the peer answers no more \(ETIMEDOUT\), after/u);
    await console.press('escape');
    await console.until((grid) => !grid.join('').includes('send to #2'));
    await console.press('right');
    await console.until(/─── closed \(ETIMEDOUT\)/u);
    await console.until(/^│.. *2 .* ETIMEDOUT .* 14 B /mu);
  });
});
