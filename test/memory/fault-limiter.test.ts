import { expect, it } from 'vitest';
import { FaultLimiter } from '../../src/memory/fault-limiter.ts';
import type { Fault } from '../../src/text/fault.ts';

const open = (quietMs?: number) => {
  const told: string[] = [];
  let now = 0;
  const pass = (ms: number) => {
    now += ms;
  };
  const tellKind = ({ code, endpoint, peer }: Fault) => told.push([code, endpoint.port, peer].join(' ').trim());
  return { told, tell: new FaultLimiter(tellKind, quietMs, () => now).report, pass };
};

const fault = (code: string, port: number, peer?: string): Fault => ({
  stage: 'accept',
  code,
  message: '',
  endpoint: { transport: 'tcp', host: '::1', port },
  ...(peer === undefined ? {} : { peer }),
});

it('reports the same fault of the same endpoint once a second, however often it comes, and others at once', () => {
  const { told, tell, pass } = open();
  for (let n = 0; n < 10_000; n++) tell(fault('EMFILE', 1));
  tell(fault('ENFILE', 1));
  tell(fault('EMFILE', 2));
  expect(told).toEqual(['EMFILE 1', 'ENFILE 1', 'EMFILE 2']);
  pass(1000);
  for (let n = 0; n < 10_000; n++) tell(fault('EMFILE', 1));
  expect(told).toEqual(['EMFILE 1', 'ENFILE 1', 'EMFILE 2', 'EMFILE 1']);
});

it('reports faults of different peers, and those of one kind no more often than its limit', () => {
  const { told, tell, pass } = open(500);
  for (let n = 0; n < 3; n++) {
    tell(fault('ELOOP', 1, '[::1]:7000'));
    tell(fault('ELOOP', 1, '[::1]:7001'));
    pass(250);
  }
  const both = ['ELOOP 1 [::1]:7000', 'ELOOP 1 [::1]:7001'];
  expect(told).toEqual([...both, ...both]);
});

it('reports a thousand in that time, whoever floods it, and goes on when it is over', () => {
  const { told, tell, pass } = open();
  for (let port = 0; port < 3000; port++) tell(fault('ELOOP', 1, `[::1]:${port}`));
  expect(told).toHaveLength(1000);
  pass(999);
  tell(fault('EMFILE', 1));
  expect(told).toHaveLength(1000);
  pass(1);
  tell(fault('EMFILE', 1));
  expect(told.slice(1000)).toEqual(['EMFILE 1']);
});
