import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { collect } from '../../support/net/received.ts';
import { startWire } from '../../support/net/wire.ts';
import { skipBecause } from '../../support/program.ts';
import { until } from '../../support/wait.ts';

const count = 10_000;
const crowd = fileURLToPath(new URL('../../support/net/crowd.ts', import.meta.url));

const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** Why this machine can't run the test, null where it can. */
const obstacle = (): string | null => {
  if (process.platform !== 'linux') return 'descriptors are counted in /proc, which only Linux has';
  const limit = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim();
  return Number(limit) < count + 500 ? `only ${limit} descriptors may be open` : null;
};

const reason = obstacle();
if (reason !== null) skipBecause(`${count} connections: ${reason}`);

describe.skipIf(reason !== null)('ten thousand connections', () => {
  it('are opened, echoed, listed and closed at once, with nothing left over', async () => {
    await using wire = await startWire(undefined, { maxConnections: count });
    const client = spawn(process.execPath, [crowd, String(wire.port), String(count)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { receive } = collect(client.stdout);
    const before = descriptors();
    await receive('echoed');

    const bytes = Array.from({ length: count }, (_, n) => String(n).length).reduce((sum, length) => sum + length, 0);
    await until(() => wire.reading().totals.bytesOut === bytes, 'every echo to be counted');
    const full = wire.reading();
    expect(full.totals).toEqual({ open: count, served: count, refused: 0, bytesIn: bytes, bytesOut: bytes });
    expect(full.rows).toHaveLength(count);
    expect(new Set(full.rows.map((row) => row.peer)).size).toBe(count);
    expect(full.rows.every((row) => row.state === 'ESTABLISHED' && row.bytesIn === row.bytesOut)).toBe(true);
    expect(descriptors()).toBe(before + count);

    client.stdin.end();
    await receive('closed');
    await until(() => wire.reading().totals.open === 0, 'all to be closed');
    await until(() => descriptors() <= before, 'every descriptor to be given back');
    const { totals, rows } = wire.reading();
    expect(totals).toEqual({ open: 0, served: count, refused: 0, bytesIn: bytes, bytesOut: bytes });
    expect(rows.every((row) => row.how === 'fin')).toBe(true);
  });
});
