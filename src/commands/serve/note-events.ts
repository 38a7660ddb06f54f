import type { Note } from '../../memory/journal/note.ts';
import { closeEvent, openEvent, type TimedEvent } from './event.ts';
import { CharacterJoiner, type Encoding, encoder } from './payload.ts';

/** Makes events of the journal's notes, one at a time, and their payload text piece by piece as the output takes it. */
export class NoteEvents {
  readonly #encode: (bytes: Uint8Array) => Iterable<string>;
  readonly #joiner: CharacterJoiner | null;

  constructor(encoding: Encoding) {
    this.#encode = encoder(encoding);
    this.#joiner = encoding === 'text' ? new CharacterJoiner() : null;
  }

  /** `dropped` notes are missing behind these. */
  *eventsOf(notes: readonly Note[], dropped: number): Generator<TimedEvent> {
    for (const note of notes) {
      const { at } = note;
      switch (note.type) {
        case 'open':
          yield { at, event: openEvent(note) };
          break;
        case 'data':
          yield* this.#data(at, note);
          break;
        case 'half-close':
          // Asked for here: where nothing is joined a generator of nothing would take longer than the event.
          if (this.#joiner !== null && note.by === 'peer') yield* this.#rest(at, note.id);
          yield { at, event: { event: 'half-close', id: note.id, by: note.by } };
          break;
        case 'close':
          if (this.#joiner !== null) yield* this.#rest(at, note.id);
          yield { at, event: closeEvent(note) };
          break;
        case 'refused':
          yield { at, event: { event: 'refused', peer: note.peer, why: note.why } };
          break;
        case 'message':
          break;
        default:
          note satisfies never;
      }
    }
    const at = notes.at(-1)?.at;
    // What follows a gap does not belong to what was before it.
    if (dropped > 0 && at !== undefined) for (const id of this.#joiner?.waiting() ?? []) yield* this.#rest(at, id);
  }

  *#data(at: number, note: Extract<Note, { type: 'data' }>): Generator<TimedEvent> {
    const bytes = this.#joiner?.join(note) ?? note.bytes;
    // A datagram may be empty. Of a stream nothing is left where all of it waits for the rest of a character.
    if (bytes.length > 0 || note.transport === 'udp') yield this.#show(at, note.id, bytes);
  }

  *#rest(at: number, id: number): Generator<TimedEvent> {
    const bytes = this.#joiner?.rest(id);
    if (bytes !== undefined) yield this.#show(at, id, bytes);
  }

  #show(at: number, id: number, bytes: Uint8Array): TimedEvent {
    return { at, event: { event: 'data', id, data: this.#encode(bytes) } };
  }
}
