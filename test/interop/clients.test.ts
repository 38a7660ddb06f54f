import { describe, expect, it } from 'vitest';
import type { Discipline } from '../../src/memory/ledger/row.ts';
import type { Endpoint, Transport } from '../../src/text/endpoint.ts';
import { startWire } from '../support/net/wire.ts';
import { requireProgram } from '../support/program.ts';
import { block, useMass } from './mass.ts';
import { run, startTool } from './tool.ts';

/** How each program is told where to go. */
interface Client {
  readonly program: string;
  /** Half-closes at the end of its input, and reads on until the server's FIN. */
  readonly halfClosing: (host: string, port: number) => string[];
  /** Keeps its direction open after the end of its input. */
  readonly lingering: (host: string, port: number) => string[];
  readonly udp: (host: string, port: number) => string[];
}

/** As socat writes it: the family in its own words, IPv6 in brackets. */
const socatAddress = (transport: Transport, host: string, port: number): string =>
  host.includes(':') ? `${transport}6:[${host}]:${port}` : `${transport}4:${host}:${port}`;

// After the end of its input socat waits half a second for an answer, where it is not told otherwise.
const patient = ['-t', '20'];

const clients: readonly Client[] = [
  {
    program: 'nc',
    halfClosing: (host, port) => ['-N', host, `${port}`],
    lingering: (host, port) => [host, `${port}`],
    udp: (host, port) => ['-u', host, `${port}`],
  },
  {
    program: 'ncat',
    halfClosing: (host, port) => [host, `${port}`],
    lingering: (host, port) => ['--no-shutdown', host, `${port}`],
    udp: (host, port) => ['-u', host, `${port}`],
  },
  {
    program: 'socat',
    halfClosing: (host, port) => [...patient, '-', socatAddress('tcp', host, port)],
    lingering: (host, port) => [...patient, '-', `${socatAddress('tcp', host, port)},shut-none`],
    udp: (host, port) => [...patient, '-', socatAddress('udp', host, port)],
  },
];

const hosts = ['127.0.0.1', '::1'];
const any = (transport: Transport, host: string): Endpoint => ({ transport, host, port: 0 });

for (const { program, halfClosing, lingering, udp } of clients)
  describe.runIf(requireProgram(program))(`${program} at our server`, () => {
    const mass = useMass();

    it.each(hosts)('half-closes after bytes of every value and has them all back over TCP (%s)', async (host) => {
      await using wire = await startWire([any('tcp', host)]);
      const tool = startTool(program, halfClosing(host, wire.port));
      tool.end(block);
      expect(await tool.exited).toEqual({ status: 0, signal: null });
      expect(tool.received().equals(block)).toBe(true);
      expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
        transport: 'tcp',
        bytesIn: block.length,
        bytesOut: block.length,
        how: 'fin',
        error: null,
      });
    });

    it.each(hosts)('has a datagram of every value back whole over UDP (%s)', async (host) => {
      await using wire = await startWire([any('udp', host)]);
      const tool = startTool(program, udp(host, wire.port));
      tool.write(block);
      await tool.receive(block.length);
      expect(tool.received().equals(block)).toBe(true);
      expect(await wire.row((row) => row.writes === 1, 'has answered')).toMatchObject({
        transport: 'udp',
        bytesIn: block.length,
        bytesOut: block.length,
        reads: 1,
        how: null,
      });
      expect(wire.reading().totals).toMatchObject({ open: 1, served: 1 });
      expect(wire.faults).toEqual([]);
    });

    it('ends with the server’s FIN where it does not half-close itself', async () => {
      await using wire = await startWire(undefined, { discipline: 'eof' });
      const tool = startTool(program, lingering('127.0.0.1', wire.port));
      tool.end(block);
      const { id } = await wire.row((row) => row.bytesIn === block.length, 'has received everything');
      expect(tool.received()).toHaveLength(0);
      wire.engine.tellConnection(id, { type: 'half-close' });
      expect(await tool.exited).toEqual({ status: 0, signal: null });
      expect(tool.received().equals(block)).toBe(true);
      const { at, ...row } = await wire.row((row) => row.state === 'CLOSED', 'is closed');
      expect(row).toMatchObject({ bytesIn: block.length, bytesOut: block.length, how: 'fin' });
      expect(at.finReceived).toBeGreaterThanOrEqual(at.finSent ?? Infinity);
    });

    it.each<Discipline>(['chunk', 'eof'])('has 64 MiB back under %s', async (discipline) => {
      const { path, sum } = mass();
      await using wire = await startWire(undefined, { discipline, maxBufferBytes: sum.length });
      expect(await run(program, halfClosing('127.0.0.1', wire.port), path)).toEqual({
        status: 0,
        signal: null,
        output: sum,
        stderr: '',
      });
      expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
        bytesIn: sum.length,
        bytesOut: sum.length,
        how: 'fin',
      });
    });

    it('has whole lines back under line, and the rest at its half-close', async () => {
      await using wire = await startWire(undefined, { discipline: 'line' });
      const tool = startTool(program, halfClosing('127.0.0.1', wire.port));
      tool.write('one\n\0tw');
      await tool.receive('one\n');
      await wire.row((row) => row.bytesIn === 7 && row.bytesOut === 4, 'has received the start of a line');
      expect(tool.received().toString()).toBe('one\n');
      tool.write('o\n');
      await tool.receive('\0two\n');
      tool.end('rest');
      expect(await tool.exited).toEqual({ status: 0, signal: null });
      expect(tool.received().toString()).toBe('one\n\0two\nrest');
      expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
        bytesIn: 13,
        bytesOut: 13,
        how: 'fin',
      });
    });

    it('has nothing back under none, and is counted', async () => {
      await using wire = await startWire(undefined, { discipline: 'none' });
      const tool = startTool(program, halfClosing('127.0.0.1', wire.port));
      tool.end(block);
      expect(await tool.exited).toEqual({ status: 0, signal: null });
      expect(tool.received()).toHaveLength(0);
      expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
        bytesIn: block.length,
        bytesOut: 0,
        how: 'fin',
      });
    });

    it('connects, says nothing and leaves', async () => {
      await using wire = await startWire();
      const tool = startTool(program, halfClosing('127.0.0.1', wire.port));
      tool.end();
      expect(await tool.exited).toEqual({ status: 0, signal: null });
      expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
        bytesIn: 0,
        bytesOut: 0,
        how: 'fin',
      });
    });
  });
