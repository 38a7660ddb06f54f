/** Time that this process has had a processor for, ms: what others take of the machine does not count. */
export const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
