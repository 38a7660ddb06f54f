import { describe, expect, it } from 'vitest';
import { MergedRingReader } from '../../src/memory/recorder/merged-reader.ts';
import { RingMemory } from '../../src/memory/recorder/ring-reader.ts';
import { noFilter, parseFilter } from '../../src/model/filter.ts';
import { maxTalkLines, Talk, type TalkLine } from '../../src/model/talk.ts';
import { connection, snapshot } from '../screen/fixture.ts';
import { ends, receive, startRecording } from '../support/recording.ts';

type Recording = ReturnType<typeof startRecording>;

const start = (threads = 1, bytes = 128 * 1024) => {
  const recordings: Recording[] = Array.from({ length: threads }, () => startRecording({ bytes }));
  const talk = (text = '', filter = '') => {
    const parsed = parseFilter(filter);
    const reader = new MergedRingReader(
      recordings.map(({ ring }) => new RingMemory(ring)),
      { wanted: ['recv', 'send'], isMarking: true, now: () => 1e9 },
    );
    return new Talk(reader, { text, filter: parsed.ok ? parsed.filter : noFilter });
  };
  const say = (slot: number, at: number, text: string | Uint8Array, thread = 0) => {
    const recording = recordings[thread];
    if (recording !== undefined) receive(recording.recorder, slot, at, Buffer.from(text));
  };
  recordings.forEach(({ recorder }, thread) => {
    for (const slot of [1, 2]) recorder.opened(slot, 1, 10 * thread + slot, ends, 'chunk');
    recorder.setComplete(true);
  });
  return { talk, say };
};

const present = { snapshot: snapshot([connection(1), connection(2)]), offsetMs: 1000 };
const textOf = (line: TalkLine): string =>
  line.type === 'said'
    ? `#${line.id} ${Buffer.from(line.bytes).toString('latin1')}${line.more > 0 ? ` +${line.more}` : ''}`
    : `⋮ ${line.messages}${line.isMore ? ' and more' : ''}, ${line.bytes} B`;

describe('the conversation of all', () => {
  it('has the messages of several threads in the order of time, each by its first line', () => {
    const { talk, say } = start(2);
    say(1, 10, 'first\nand more');
    say(1, 20, 'second', 1);
    say(2, 30, 'third');
    const lines = talk().read(present);
    expect(lines.map(textOf)).toEqual(['#1 first +9', '#11 second', '#2 third']);
    expect(lines.map((line) => line.type === 'said' && line.wallMs)).toEqual([1010, 1020, 1030]);
  });

  it('goes on where it was, and is the same while nothing is new', () => {
    const { talk, say } = start();
    const all = talk();
    say(1, 10, 'one');
    const first = all.read(present);
    expect(all.read(present)).toBe(first);
    say(2, 20, 'two');
    expect(all.read(present).map(textOf)).toEqual(['#1 one', '#2 two']);
  });

  it('keeps bytes that are no text, and cuts no character of a long line', () => {
    const { talk, say } = start();
    say(1, 10, Uint8Array.of(0xff, 0x41));
    say(1, 20, `x${'가'.repeat(300)}`);
    const [invalid, long] = talk().read(present);
    expect(invalid?.type === 'said' && [...invalid.bytes]).toEqual([0xff, 0x41]);
    expect(long?.type === 'said' && [long.bytes.length, long.more]).toEqual([511, 390]);
  });

  it('shows only connections of the filter, and messages with the text', () => {
    const { talk, say } = start();
    say(1, 10, 'Hello');
    say(2, 20, 'hello');
    say(2, 30, 'bye');
    expect(talk('hELLO').read(present).map(textOf)).toEqual(['#1 Hello', '#2 hello']);
    expect(talk('', 'id:2').read(present).map(textOf)).toEqual(['#2 hello', '#2 bye']);
  });

  it('is bounded, and counts what has left', () => {
    const { talk, say } = start(1, 4 << 20);
    const all = talk();
    all.read(present);
    for (let n = 0; n < 300; n++) {
      for (let each = 0; each < 10; each++) say(1, 10 + n, 'abcd');
      all.read(present);
    }
    const { lines } = all;
    expect(lines.length).toBeLessThanOrEqual(maxTalkLines);
    const counted = lines.reduce((sum, line) => sum + (line.type === 'said' ? 1 : line.messages), 0);
    expect(counted).toBe(3000);
    expect(lines[0]?.type).toBe('unsaid');
  });

  it('shows a flood in part, and in it every quiet peer', () => {
    const { talk, say } = start(1, 32 << 20);
    const all = talk();
    say(2, 5, 'quiet');
    for (let n = 0; n < 5000; n++) say(1, 10 + n / 1000, 'flood');
    const lines = all.read(present);
    expect(textOf(lines[0] ?? { type: 'unsaid', key: 0, messages: 0, isMore: false, bytes: 0 })).toBe('#2 quiet');
    const sums = lines.reduce(
      ({ messages, bytes }, line) =>
        line.type === 'said'
          ? { messages: messages + 1, bytes: bytes + line.bytes.length + line.more }
          : { messages: messages + line.messages, bytes: bytes + line.bytes },
      { messages: 0, bytes: 0 },
    );
    expect(sums).toEqual({ messages: 5001, bytes: 25_005 });
  });

  it('comes to the present behind more than it can read, and counts the bytes between', () => {
    const { talk, say } = start(1, 32 << 20);
    const all = talk();
    say(1, 5, 'begin');
    all.read(present);
    for (let n = 0; n < 4000; n++) say(1, 10 + n, 'x'.repeat(2000));
    say(1, 9000, 'last');
    const lines = all.read(present);
    expect(lines.map(textOf).at(-1)).toBe('#1 last');
    const bytes = lines.reduce(
      (sum, line) => sum + (line.type === 'said' ? line.bytes.length + line.more : line.bytes),
      0,
    );
    expect(bytes).toBe(5 + 4000 * 2000 + 4);
    expect(lines.some((line) => line.type === 'unsaid' && line.isMore)).toBe(true);
  });
});
