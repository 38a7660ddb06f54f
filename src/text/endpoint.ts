/** Where a socket listens or connects to. `host` is a name or an address without brackets. */
export interface Endpoint {
  readonly transport: 'tcp' | 'udp';
  readonly host: string;
  /** 0 to 65535; 0 means any free port. */
  readonly port: number;
}
