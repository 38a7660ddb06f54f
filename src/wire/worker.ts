import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ClientEvent, WireCommand, WireEvent, WireOptions } from '../engine/protocol.ts';
import { monotonicMs } from '../memory/clock.ts';
import { clientLinks } from '../memory/ledger/layout.ts';
import { SharedCounters } from '../memory/ledger/shared-counters.ts';
import { LedgerWriter } from '../memory/ledger/writer.ts';
import { Recorder } from '../memory/recorder/recorder.ts';
import { EmbeddedClient } from './client/embedded-client.ts';
import { LinkLedger } from './client/link.ts';
import { ReaderWake } from './reader-wake.ts';
import { EchoServer } from './server/server.ts';

/** The options, from the port that this thread was started with. Commands wait meanwhile in the parent's port. */
const receiveOptions = (port: MessagePort): Promise<WireOptions> =>
  new Promise((resolve) => {
    port.once('message', (options: WireOptions) => {
      port.close();
      resolve(options);
    });
  });

/** The entry of a wire thread, where all sockets are. It runs commands, counts into the ledger, and posts rare events. */
const port = parentPort;
if (port === null) throw new Error('the wire runs in a worker thread only');

const options = await receiveOptions(workerData);
const post = (event: WireEvent): void => port.postMessage(event);
const sharedCounters = new SharedCounters(options.sharedCounters);
const ledger = new LedgerWriter(options.ledger, options.recent, monotonicMs, sharedCounters);
ledger.setDefaultDiscipline(options.discipline);
const { firstClientSlot } = options;
const recorder = new Recorder(
  options.recorder,
  { keepsData: options.recordBytes > 0, firstClientSlot },
  { chunk: (chunk) => post({ type: 'chunk', chunk }), awaited: () => wake.wanted() },
);
const wake = new ReaderWake(recorder, () => post({ type: 'recorded' }));
const server = new EchoServer(options, { ledger, recorder, sharedCounters, post });
const linkLedgers = (ledger: LedgerWriter) => () => new LinkLedger(ledger, recorder, firstClientSlot);
const client =
  options.clientLedger === null
    ? null
    : new EmbeddedClient(
        (event: ClientEvent) => post({ type: 'client', event }),
        linkLedgers(new LedgerWriter(options.clientLedger, clientLinks)),
      );

const runCommand = async (command: WireCommand): Promise<void> => {
  switch (command.type) {
    case 'listen':
      return server.listen(command.endpoints, command.sharing);
    case 'unlisten':
      return server.unlisten();
    case 'client':
      return client?.run(command.command);
    case 'connection':
      return server.run(command.id, command.command);
    case 'record':
      return recorder.setComplete(command.isComplete);
    case 'credit':
      return client?.credit(command.events, command.bytes);
    case 'stop':
      client?.run({ type: 'disconnect' });
      await server.stop(command.graceMs);
      recorder.sweep(monotonicMs(), true);
      post({ type: 'stopped' });
      port.close();
      return;
    default:
      command satisfies never;
  }
};

port.on('message', (command: WireCommand) => void runCommand(command));
