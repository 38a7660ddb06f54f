import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer as startEchoscope } from '../../commands/serve/server.ts';
import { builtProgram } from '../../e2e/program.ts';
import { requireProgram } from '../../support/program.ts';
import { startServer } from '../server.ts';
import { type Compiled, compile } from './compile.ts';

describe.runIf(requireProgram('cc'))('a burst of 5,000 datagrams from one peer', () => {
  let [burst, echo]: Compiled[] = [];
  beforeAll(() => {
    [burst, echo] = [compile('burst'), compile('echo')];
  });
  afterAll(() => {
    burst?.remove();
    echo?.remove();
  });

  /** How many come back, five times in turn, the middle one. */
  const answered = (ports: readonly number[]): readonly number[] => {
    const counts = Array.from({ length: 5 }, () =>
      ports.map((port) => Number(execFileSync(burst?.binary ?? '', ['one', String(port), '5000', '100']))),
    );
    return ports.map((_, at) => counts.map((round) => round[at] ?? 0).toSorted((a, b) => a - b)[2] ?? 0);
  };

  it('comes back as whole as from an echo in C', async () => {
    await using c = await startServer('udp', (port) => [echo?.binary ?? '', 'udp', String(port)]);
    await using ours = await startEchoscope(['udp://127.0.0.1:0', '--json'], { program: builtProgram() });
    const [ofC = 0, ofOurs = 0] = answered([c.port, ours.port]);
    console.log(`of 5,000 datagrams in one burst: C ${ofC}, echoscope ${ofOurs}`);
    expect(ofC).toBeGreaterThan(0);
    expect(ofOurs).toBeGreaterThanOrEqual(ofC);
  });
});
