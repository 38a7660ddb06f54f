import { describe, expect, it } from 'vitest';
import { echo, serveTcp } from '../../e2e/send-run.ts';
import { requireProgram } from '../program.ts';
import { netcat } from './netcat.ts';

const startEcho = async (): Promise<[host: string, port: string]> => {
  const [host = '', port = ''] = (await serveTcp(echo)).split(':');
  return [host, port];
};

describe.runIf(requireProgram('nc'))('the netcat of the tests', () => {
  it('gets its bytes back and ends', async () => {
    const nc = netcat(['-N', ...(await startEcho())]);
    nc.write('one\n');
    await nc.receive('one\n');
    nc.end('two\n');
    expect(await nc.exited).toEqual({ status: 0, signal: null });
    expect(nc.received().toString()).toBe('one\ntwo\n');
  });

  it('can be killed', async () => {
    const nc = netcat(await startEcho());
    nc.write('here');
    await nc.receive('here');
    nc.kill();
    expect(await nc.exited).toEqual({ status: null, signal: 'SIGTERM' });
  });
});
