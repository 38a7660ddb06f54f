import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../src/engine/protocol.ts';
import { applyClientEvent, type Conversation, emptyConversation } from '../../../src/model/chat/conversation.ts';

const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 8080 } as const;
const online: ClientEvent[] = [
  { type: 'connecting', at: 1, endpoint },
  { type: 'connected', at: 2, endpoint, local: '127.0.0.1:50000', compares: true },
];
const after = (...events: ClientEvent[]): Conversation =>
  events.reduce((conversation, event) => applyClientEvent(conversation, event, event.at), emptyConversation);
const lines = ({ transcript }: Conversation): string[] =>
  transcript.entries.map((entry) => (entry.kind === 'note' ? entry.text : Buffer.from(entry.bytes).toString()));

describe('conversation', () => {
  it('is online once connected, and knows its own end', () => {
    expect(after(...online).client).toEqual({
      status: 'online',
      endpoint,
      local: '127.0.0.1:50000',
      compares: true,
      failures: 0,
    });
    expect(lines(after(...online))).toEqual(['connected 127.0.0.1:50000 → 127.0.0.1:8080']);
  });

  it('holds a message and its answer with the round trip', () => {
    const conversation = after(
      ...online,
      { type: 'sent', at: 3, id: 1, bytes: Buffer.from('hi') },
      { type: 'received', at: 4, id: 1, bytes: Buffer.from('hi'), skipped: 0, roundTripMs: 0.25, differs: null },
    );
    expect(conversation.transcript.entries.at(-1)).toMatchObject({ kind: 'received', to: 1, roundTripMs: 0.25 });
  });

  it('notes what was not sent', () => {
    const conversation = after(...online, { type: 'unsent', at: 3, id: 1, length: 5000, why: 'full' });
    expect(conversation.transcript.entries.at(-1)).toMatchObject({ kind: 'note', tone: 'error' });
    expect(lines(conversation).at(-1)).toBe('5,000 B not sent: the peer does not read what waits for it');
  });

  it('notes why it is offline, and what was not answered', () => {
    const fault = { stage: 'recv', code: 'ECONNRESET', message: 'read ECONNRESET', endpoint } as const;
    const conversation = after(...online, { type: 'disconnected', at: 5, endpoint, fault, unanswered: 2 });
    expect(conversation.client).toEqual({ status: 'offline', endpoint, local: null, compares: true, failures: 0 });
    expect(conversation.transcript.entries.at(-1)).toMatchObject({ kind: 'note', tone: 'error' });
    expect(lines(conversation).at(-1)).toMatch(/^recv: 127\.0\.0\.1:8080: .*ECONNRESET.*2 messages not answered/);
  });

  it('says once that a server is no echo, and claims nothing of what it still owes', () => {
    const conversation = after(
      ...online,
      { type: 'sent', at: 3, id: 1, bytes: Buffer.from('HELO') },
      { type: 'received', at: 4, id: null, bytes: Buffer.from('250 ok'), skipped: 0, roundTripMs: null, differs: null },
      { type: 'compares', at: 4, compares: false, deviated: true },
      { type: 'disconnected', at: 5, endpoint, fault: null, unanswered: 0 },
    );
    expect(conversation.client).toMatchObject({ compares: false });
    expect(lines(conversation).slice(2)).toEqual([
      '250 ok',
      'that was no echo: from here all is shown as it comes, without round trips',
      'disconnected',
    ]);
  });

  it('marks a reply that ends early only where the rest is owed', () => {
    const cut = (unanswered: number) =>
      after(
        ...online,
        { type: 'sent', at: 3, id: 1, bytes: Buffer.from('hello') },
        { type: 'received', at: 4, id: 1, bytes: Buffer.from('he'), skipped: 0, roundTripMs: null, differs: null },
        { type: 'disconnected', at: 5, endpoint, fault: null, unanswered },
      ).transcript.entries.at(2);
    expect([cut(0), cut(1)]).toMatchObject([{ missing: 0 }, { missing: 3 }]);
  });

  it('counts attempts to connect that failed, and no connection that was lost', () => {
    const gone: ClientEvent = { type: 'disconnected', at: 5, endpoint, fault: null, unanswered: 0 };
    expect(after(...online, gone).client.failures).toBe(0);
    expect(after({ type: 'connecting', at: 1, endpoint }, gone).client.failures).toBe(1);
  });

  it('notes the FIN of the peer', () => {
    expect(after(...online, { type: 'ended', at: 5 }).client.status).toBe('ended');
  });
});
