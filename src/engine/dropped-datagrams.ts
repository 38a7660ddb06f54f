import { readFile } from 'node:fs/promises';
import { isIPv6, SocketAddress } from 'node:net';
import { endianness } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../memory/clock.ts';
import { type Endpoint, isStream } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';

/** The kernel's tables of UDP sockets, proc_pid_net(5). Elsewhere than on Linux there is none, and nothing is told. */
const tables = ['/proc/net/udp', '/proc/net/udp6'];

/** Time between two looks, ms; and so many times what a look takes: a table may have thousands of sockets. */
const everyMs = 1000;
const timesItsLength = 50;
/** How long the last look may take, ms: files that never answer may have taken all threads that read. */
const lastLookMs = 200;

/** An address as the tables have it, 32 bits at a time in the byte order of the machine, as text. */
const addressOf = (hex: string): string => {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.map((word) =>
    endianness() === 'LE' ? Buffer.from(word, 'hex').reverse() : Buffer.from(word, 'hex'),
  );
  const all = Buffer.concat(bytes);
  if (all.length === 4) return all.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => all.readUInt16BE(2 * at).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
};

/** An address as `addressOf` has it: without its zone, and in the one form of RFC 5952. */
const plain = (address: string): string => {
  const [host = ''] = address.split('%');
  return new SocketAddress({ address: host, family: isIPv6(host) ? 'ipv6' : 'ipv4' }).address;
};

/** Datagrams that the kernel has dropped at the sockets of one address and port, of all threads. */
export const dropsIn = (table: string, address: string, port: number): number => {
  const wanted = plain(address);
  const portHex = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const lines = table.split('\n').filter((line) => line.includes(portHex));
  return lines.reduce((sum, line) => {
    const fields = line.trim().split(/\s+/);
    const [localHex = '', localPort = ''] = fields[1]?.split(':') ?? [];
    const isOurs = `:${localPort} ` === portHex && addressOf(localHex) === wanted;
    return isOurs ? sum + Number(fields.at(-1)) : sum;
  }, 0);
};

const lost = {
  stage: 'recv',
  code: 'ENOBUFS',
  message: 'the kernel dropped datagrams',
  cause: 'receive-buffer',
} as const;

/**
 * What the kernel dropped because a receive buffer was full (SO_RCVBUF, socket(7)): no call tells of it. The main thread looks
 * from time to time, while there are UDP listeners; the wire knows nothing of it.
 */
export class DroppedDatagrams {
  readonly #report: (fault: Fault) => void;
  readonly #listeners: { readonly endpoint: Endpoint; readonly address: string; told: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(report: (fault: Fault) => void) {
    this.#report = report;
  }

  /** Looks after these listeners as well, where they are for datagrams. */
  watch(endpoints: readonly Endpoint[], addresses: readonly string[]): void {
    for (const [at, endpoint] of endpoints.entries()) {
      if (isStream(endpoint.transport)) continue;
      this.#listeners.push({ endpoint, address: addresses[at] ?? endpoint.host, told: 0 });
      this.#timer ??= this.#start(everyMs);
    }
  }

  /** Looks once more, while the sockets are open, and then no more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.race([this.#look(), delay(lastLookMs)]);
    clearTimeout(this.#timer);
    this.#listeners.length = 0;
  }

  #start(inMs: number): NodeJS.Timeout {
    return setTimeout(async () => {
      const from = monotonicMs();
      await this.#look();
      if (this.#listeners.length > 0)
        this.#timer = this.#start(Math.max(everyMs, timesItsLength * (monotonicMs() - from)));
    }, inMs).unref();
  }

  /** Reports what was dropped since the last look. */
  async #look(): Promise<void> {
    if (this.#listeners.length === 0) return;
    const contents = await Promise.all(tables.map((path) => readFile(path, 'latin1').catch(() => '')));
    const table = contents.join('');
    for (const listener of this.#listeners) {
      const { endpoint, address, told } = listener;
      const dropped = dropsIn(table, address, endpoint.port);
      // Less than before: a table could not be read, for want of a descriptor perhaps.
      if (dropped <= told) continue;
      listener.told = dropped;
      this.#report({ ...lost, endpoint, count: dropped - told });
    }
  }
}
