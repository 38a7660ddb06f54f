import type { ClientEvent } from '../../engine/protocol.ts';
import { hostPort } from '../../text/endpoint.ts';
import { explain } from '../../text/fault.ts';
import { exact } from '../../text/format.ts';
import type { Client } from '../view.ts';
import { Transcript } from './transcript.ts';

/** The embedded client's state and its chat. */
export interface Conversation {
  readonly client: Client;
  readonly transcript: Transcript;
}

export const emptyConversation: Conversation = {
  client: { status: 'offline', endpoint: null, local: null, compares: false, failures: 0 },
  transcript: Transcript.empty,
};

/** The conversation after an event of the client. `wallMs` is the event's time, ms since 1970. */
export const applyClientEvent = (before: Conversation, event: ClientEvent, wallMs: number): Conversation => {
  const { client, transcript } = before;
  switch (event.type) {
    case 'connecting':
      return { transcript, client: { ...client, status: 'connecting', endpoint: event.endpoint, local: null } };
    case 'connected': {
      const { endpoint, local, compares } = event;
      return {
        client: { ...client, status: 'online', endpoint, local, compares },
        transcript: transcript.note(wallMs, `connected ${local} → ${hostPort(endpoint.host, endpoint.port)}`),
      };
    }
    case 'compares': {
      const { compares, deviated } = event;
      const text = 'that was no echo: from here all is shown as it comes, without round trips';
      return { client: { ...client, compares }, transcript: deviated ? transcript.note(wallMs, text) : transcript };
    }
    case 'sent':
      return { client, transcript: transcript.sent(wallMs, event.id, event.bytes) };
    case 'unsent': {
      const why = { full: 'the peer does not read what waits for it', closed: 'the connection takes nothing more' };
      const text = `${exact(event.length)} B not sent: ${why[event.why]}`;
      return { client, transcript: transcript.note(wallMs, text, 'error') };
    }
    case 'received':
      return { client, transcript: transcript.received(wallMs, event) };
    case 'unanswered':
      return { client, transcript: transcript.note(wallMs, `no reply in ${event.waitedMs / 1000} s`) };
    case 'finished':
      return {
        client: { ...client, status: client.status === 'ended' ? 'ended' : 'finished' },
        transcript: transcript.note(wallMs, 'half-closed: FIN follows what was sent'),
      };
    case 'taken':
      return before;
    case 'ended':
      return {
        client: { ...client, status: 'ended' },
        transcript: transcript.note(wallMs, 'the peer sent FIN'),
      };
    case 'disconnected':
      return {
        client: {
          ...client,
          status: 'offline',
          local: null,
          failures: client.failures + (client.status === 'connecting' ? 1 : 0),
        },
        transcript: (event.unanswered > 0 ? transcript.closed() : transcript).note(
          wallMs,
          disconnectText(event),
          event.fault === null ? 'info' : 'error',
        ),
      };
    default:
      event satisfies never;
      return before;
  }
};

const disconnectText = (event: Extract<ClientEvent, { type: 'disconnected' }>): string => {
  const why = event.fault === null ? 'disconnected' : explain(event.fault);
  if (event.unanswered === 0) return why;
  return `${why} (${event.unanswered} ${event.unanswered === 1 ? 'message' : 'messages'} not answered in full)`;
};
