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
