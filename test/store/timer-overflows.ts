import { setImmediate as turn } from 'node:timers/promises';

/** What Node says of timers that `action` sets for longer than a timer can wait: each fires at once instead. */
export async function timerOverflows(action: () => Promise<unknown>): Promise<readonly string[]> {
  const overflows: string[] = [];
  const hear = ({ name, message }: Error): unknown => name === 'TimeoutOverflowWarning' && overflows.push(message);
  process.on('warning', hear);
  try {
    await action();
    await turn();
  } finally {
    process.off('warning', hear);
  }
  return overflows;
}
