import { expect, it, onTestFinished, vi } from 'vitest';
import type { Fault } from '../../src/engine/protocol.ts';
import { FaultTeller } from '../../src/wire/fault-teller.ts';

it('tells the same fault of the same endpoint once a second, however often it comes, and others at once', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const told: string[] = [];
  const { tell } = new FaultTeller(({ code, endpoint }) => told.push(`${code} ${endpoint.port}`));
  const fault = (code: string, port: number): Fault => ({
    stage: 'accept',
    code,
    message: '',
    endpoint: { transport: 'tcp', host: '::1', port },
  });
  for (let n = 0; n < 10_000; n++) tell(fault('EMFILE', 1));
  tell(fault('ENFILE', 1));
  tell(fault('EMFILE', 2));
  expect(told).toEqual(['EMFILE 1', 'ENFILE 1', 'EMFILE 2']);
  vi.advanceTimersByTime(1000);
  for (let n = 0; n < 10_000; n++) tell(fault('EMFILE', 1));
  expect(told).toEqual(['EMFILE 1', 'ENFILE 1', 'EMFILE 2', 'EMFILE 1']);
});
