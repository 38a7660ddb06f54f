import { type Conversation, converse } from './conversation.ts';

/** A program that plays conversations, says so, and then waits to be killed. */
process.once('message', async ({ port, talks }: { port: number; talks: readonly Conversation[] }) => {
  await Promise.all(talks.map((talk) => converse(port, { ...talk, act: 'none' }, () => Promise.resolve())));
  process.send?.('played');
});
