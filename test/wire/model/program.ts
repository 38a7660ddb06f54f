import fc from 'fast-check';
import type { Origin, Step } from './step.ts';

/** What a server of the programs allows. */
export interface Limits {
  readonly maxConnections: number;
  readonly maxBufferBytes: number;
  readonly idleTimeoutMs: number | null;
  /**
   * The limits are so low that programs hit them. What happens then depends on how much we have read, so nothing is
   * done before that is known.
   */
  readonly isTight: boolean;
}

/** What the programs for one kind of server are made of. */
export interface Kind {
  /** Clients a program may have. */
  readonly clients: number;
  readonly steps: number;
  /** Bytes of the largest write. */
  readonly largest: number;
  /** Whether somebody waits for the idle timeout. */
  readonly isSilent: boolean;
}

/** Bytes that follow from a length and a number: no two stretches look alike, every 16th or so is a newline. */
const pattern = ({ length, salt }: { readonly length: number; readonly salt: number }): Uint8Array => {
  const bytes = new Uint8Array(length);
  let state = salt * 2_654_435_761 + 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const byte = state >>> 24;
    bytes[i] = byte < 16 ? 0x0a : byte;
  }
  return bytes;
};

const patterned = (max: number): fc.Arbitrary<Uint8Array> =>
  fc.record({ length: fc.nat({ max }), salt: fc.nat({ max: 0xffff }) }).map(pattern);

const few: fc.Arbitrary<Uint8Array> = fc
  .array(fc.oneof({ arbitrary: fc.nat({ max: 255 }), weight: 3 }, { arbitrary: fc.constant(0x0a), weight: 1 }), {
    maxLength: 12,
  })
  .map((bytes) => Uint8Array.from(bytes));

/** Mostly a few bytes, sometimes a read's worth, seldom more than the kernel holds for a peer that does not read. */
const bytesOf = (largest: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { arbitrary: few, weight: 60 },
    { arbitrary: patterned(Math.min(largest, 2_000)), weight: 25 },
    { arbitrary: patterned(Math.min(largest, 150_000)), weight: 6 },
    { arbitrary: patterned(largest), weight: 1 },
  );

const origin: fc.Arbitrary<Origin> = fc.oneof(
  { arbitrary: fc.constant('127.0.0.1' as const), weight: 6 },
  { arbitrary: fc.constant('::1' as const), weight: 3 },
  { arbitrary: fc.constant('denied' as const), weight: 1 },
);

const discipline = fc.constantFrom('chunk', 'line', 'eof', 'none');
const act = fc.constantFrom('half-close', 'close', 'reset', 'pause', 'resume');
/** Most steps wait for what came before them. */
const race = fc.oneof({ arbitrary: fc.constant(false), weight: 2 }, { arbitrary: fc.constant(true), weight: 1 });

/** Any program. Steps that make no sense where they stand are left out when it runs. */
export function programs({ clients, steps, largest, isSilent }: Kind): fc.Arbitrary<readonly Step[]> {
  const who = fc.nat({ max: clients - 1 });
  const whom = fc.option(who, { freq: 4, nil: null });
  const transport = fc.oneof(
    { arbitrary: fc.constant('tcp' as const), weight: 3 },
    { arbitrary: fc.constant('udp' as const), weight: 1 },
  );
  const pieces = fc.array(bytesOf(largest), { minLength: 1, maxLength: 4 });
  const any: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: fc.record({ do: fc.constant('connect' as const), who, transport, origin }), weight: 9 },
    { arbitrary: fc.record({ do: fc.constant('write' as const), who, pieces }), weight: 14 },
    { arbitrary: fc.record({ do: fc.constant('stop reading' as const), who }), weight: 2 },
    { arbitrary: fc.record({ do: fc.constant('read again' as const), who }), weight: 3 },
    { arbitrary: fc.record({ do: fc.constant('fin' as const), who }), weight: 3 },
    { arbitrary: fc.record({ do: fc.constant('rst' as const), who, race }), weight: 1 },
    { arbitrary: fc.record({ do: fc.constant('vanish' as const), who, race }), weight: 1 },
    { arbitrary: fc.record({ do: fc.constant('act' as const), who, act, race }), weight: 7 },
    { arbitrary: fc.record({ do: fc.constant('discipline' as const), who: whom, discipline }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constant('own' as const), who: whom, bytes: bytesOf(largest) }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constant('settle' as const) }), weight: 2 },
  );
  const body = fc.array(any, { maxLength: steps, size: 'max' });
  // A program that opens with a connection gets somewhere.
  const opened = fc
    .tuple(fc.record({ do: fc.constant('connect' as const), who: fc.constant(0), transport, origin }), body)
    .map(([first, rest]): readonly Step[] => [first, ...rest]);
  return isSilent ? opened.map((all) => [...all, { do: 'silence' }]) : opened;
}
