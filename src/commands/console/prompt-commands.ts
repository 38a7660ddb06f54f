import type { LiveFeed } from '../../model/feed.ts';
import type { Intent } from '../../screen/keys/actions.ts';
import type { Source } from '../../sources/source.ts';
import type { ConnectionActions } from './connection-actions.ts';
import type { ConsoleClient } from './console-client.ts';
import { save } from './files.ts';

type PromptCommand = Extract<Intent, { type: 'command' }>['command'];

/** What the commands of the prompt act on. */
interface PromptTargets {
  readonly source: Pick<Source, 'tellClient'>;
  readonly feed: LiveFeed;
  readonly client: ConsoleClient;
  readonly connections: ConnectionActions;
}

/** Runs a command of the prompt. */
export const runPromptCommand = (
  command: PromptCommand,
  { source, feed, client, connections }: PromptTargets,
): void => {
  const { status, endpoint } = feed.view().client;
  const isOffline = status === 'offline';
  const refuse = (): void => feed.note(`/${command.type}: there is no connection`, 'error');
  switch (command.type) {
    case 'connect':
      client.connect(command.endpoint);
      return;
    case 'disconnect':
      if (isOffline) refuse();
      else source.tellClient({ type: 'disconnect' });
      return;
    case 'eof':
      if (isOffline) refuse();
      else if (endpoint?.transport === 'udp') feed.note('/eof: UDP knows no half-close', 'error');
      else source.tellClient({ type: 'half-close' });
      return;
    case 'reset':
      if (isOffline) refuse();
      else source.tellClient({ type: 'reset' });
      return;
    case 'send':
      client.sendFile(command.path);
      return;
    case 'stop':
      client.stop();
      return;
    case 'echo':
      connections.run(null, { type: 'discipline', discipline: command.discipline });
      return;
    case 'clear':
      feed.clear();
      return;
    case 'save':
      void save(command.path, command.overwrite, feed.view().transcript).then(({ text, tone }) =>
        feed.note(text, tone),
      );
      return;
    default:
      command satisfies never;
  }
};
