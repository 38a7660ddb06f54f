import type { Transport } from '../../text/endpoint.ts';
import type { Ending, Row } from '../ledger/row.ts';

/** Why a peer was refused: by `--allow` or `--deny`, by `--max-connections`, or because no file descriptor was left for it. */
export const refusals = ['denied', 'max-connections', 'descriptors'] as const;
export type Refusal = (typeof refusals)[number];

/** One entry of the journal. Times are monotonic ms. */
export type Note =
  | {
      readonly type: 'open';
      readonly at: number;
      readonly id: number;
      readonly transport: Transport;
      readonly peer: string;
      readonly local: string;
    }
  | { readonly type: 'half-close'; readonly at: number; readonly id: number; readonly by: 'peer' | 'local' }
  | {
      readonly type: 'data';
      readonly at: number;
      readonly id: number;
      readonly transport: Transport;
      readonly bytes: Uint8Array;
    }
  /** Everything that a peer sent before its FIN: `length` bytes, of which `bytes` is the start. */
  | {
      readonly type: 'message';
      readonly at: number;
      readonly id: number;
      readonly bytes: Uint8Array;
      readonly length: number;
    }
  /** `ms`: from accept to close. */
  | ({ readonly type: 'close'; readonly at: number; readonly ms: number; readonly how: Ending } & Pick<
      Row,
      'id' | 'transport' | 'peer' | 'bytesIn' | 'bytesOut' | 'reads' | 'writes' | 'error'
    >)
  | {
      readonly type: 'refused';
      readonly at: number;
      readonly peer: string;
      readonly why: Refusal;
    };
