import type { Counts } from './exploration.js';
import { PROFILES } from './profiles.js';

/** Says on stderr every few seconds how far it is. */
export class Progress {
  readonly startMs: number = performance.now();
  readonly startCpu: NodeJS.CpuUsage = process.cpuUsage();
  #nextMs = this.startMs;

  show(counts: Counts): void {
    const nowMs = performance.now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + 5_000;
    process.stderr.write(`${figuresOf(counts, this).replaceAll('\n', '; ')}\n`);
  }
}

/** What was looked at, and how quickly, as three lines. */
export function figuresOf(counts: Counts, { startMs, startCpu }: Progress): string {
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(startCpu);
  const states = counts.allStates.size + counts.secondStates.size;
  const byProfile = PROFILES.map((profile) => `${counts.states[profile].size} ${profile}`).join(', ');
  const rates = `${Math.round(states / seconds)} a second, ${Math.round((states * 1e6) / (user + system))} a second of processor time`;
  return [
    `${counts.allStates.size} different crash states (${byProfile}) at ${counts.crashPoints} crash points of ${counts.workloads} workloads`,
    `${counts.secondStates.size} different states after a second crash, at ${counts.secondCrashPoints} points of recoveries`,
    `${counts.checks.size} openings checked in ${Math.round(seconds)} s: ${rates}`,
  ].join('\n');
}
