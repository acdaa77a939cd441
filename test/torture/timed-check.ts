import { checkHistory, type Excuses, type Verdict } from './check-history.js';
import { readHistory } from './read-logs.js';

/** A decision, and how long it took; the processor's time says more where others work too. */
export interface TimedVerdict {
  readonly verdict: Verdict;
  readonly checkingSeconds: number;
  readonly checkingCpuSeconds: number;
}

/** Reads and checks the logs in a folder. */
export function timedCheck(logs: string, excuses?: Excuses): TimedVerdict {
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
  const verdict = checkHistory(readHistory(logs), excuses);
  const { user, system } = process.cpuUsage(cpu);
  return {
    verdict,
    checkingSeconds: (performance.now() - startedMs) / 1000,
    checkingCpuSeconds: (user + system) / 1e6,
  };
}
