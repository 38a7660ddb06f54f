import type { Note } from '../../memory/journal/note.ts';
import type { ServeEvent } from './event.ts';
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
  *eventsOf(notes: readonly Note[], dropped: number): Generator<ServeEvent> {
    for (const note of notes) {
      switch (note.type) {
        case 'data':
          yield* this.#data(note);
          break;
        case 'half-close':
          // Checked here: where nothing is joined, an empty generator would take longer than the event.
          if (this.#joiner !== null && note.by === 'peer') yield* this.#rest(note.at, note.id);
          yield note;
          break;
        case 'close':
          if (this.#joiner !== null) yield* this.#rest(note.at, note.id);
          yield note;
          break;
        case 'open':
        case 'refused':
          yield note;
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

  *#data(note: Extract<Note, { type: 'data' }>): Generator<ServeEvent> {
    const bytes = this.#joiner?.join(note) ?? note.bytes;
    // A datagram may be empty. Of a stream nothing is left where all of it waits for the rest of a character.
    if (bytes.length > 0 || note.transport === 'udp')
      yield { type: 'data', at: note.at, id: note.id, data: this.#encode(bytes) };
  }

  *#rest(at: number, id: number): Generator<ServeEvent> {
    const bytes = this.#joiner?.rest(id);
    if (bytes !== undefined) yield { type: 'data', at, id, data: this.#encode(bytes) };
  }
}
