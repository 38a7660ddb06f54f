import type { LiveFeed } from '../../model/feed.ts';
import type { Intent } from '../../screen/keys/actions.ts';
import type { ConsoleClient } from './console-client.ts';
import { save } from './files.ts';
import type { RestartableEngine } from './restartable-engine.ts';

type Asked = Extract<Intent, { type: 'command' }>['command'];

/** Does what a command of the prompt says. */
export const runPromptCommand = (
  engines: Pick<RestartableEngine, 'current'>,
  feed: LiveFeed,
  client: ConsoleClient,
  command: Asked,
): void => {
  const { status, endpoint } = feed.view().client;
  const isOffline = status === 'offline';
  const nothing = (): void => feed.note(`/${command.type}: there is no connection`, 'error');
  switch (command.type) {
    case 'connect':
      client.connect(command.endpoint);
      return;
    case 'disconnect':
      if (isOffline) nothing();
      else engines.current.tellClient({ type: 'disconnect' });
      return;
    case 'eof':
      if (isOffline) nothing();
      else if (endpoint?.transport === 'udp') feed.note('/eof: UDP knows no half-close', 'error');
      else engines.current.tellClient({ type: 'half-close' });
      return;
    case 'reset':
      if (isOffline) nothing();
      else engines.current.tellClient({ type: 'reset' });
      return;
    case 'send':
      client.sendFile(command.path);
      return;
    case 'stop':
      client.stop();
      return;
    case 'echo':
      engines.current.tellConnection(null, { type: 'discipline', discipline: command.discipline });
      feed.note(`echo ${command.discipline} for all connections`);
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
