/** `127.0.0.1:8080`, `[::1]:8080`. */
export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
