import type { Counts } from './counts.js';
import { PROFILES } from './profiles.js';

/** When something began. */
export interface Start {
  readonly startMs: number;
  readonly startCpu: NodeJS.CpuUsage;
}

export function startNow(): Start {
  return { startMs: performance.now(), startCpu: process.cpuUsage() };
}

/** What was looked at, and how quickly, as a few lines. */
export function figuresOf(counts: Counts, { startMs, startCpu }: Start): string {
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(startCpu);
  const states = counts.states.size;
  const byProfile = PROFILES.map((profile) => `${counts.byProfile[profile].size} ${profile}`).join(', ');
  const rates = `${Math.round(states / seconds)} a second, ${Math.round((states * 1e6) / (user + system))} a second of processor time`;
  const rounds = counts.get('rounds') > 0 ? `, all of them at least ${counts.get('rounds')} times` : '';
  return [
    `${states} different crash states in ${Math.round(seconds)} s: ${rates}`,
    `${states - counts.get('secondStates')} after one crash (${byProfile}), at ${counts.get('crashPoints')} crash points of ${counts.get('workloads')} workloads, of which there are ${counts.get('workloadsInRound')}${rounds}`,
    `${counts.get('secondStates')} others after a second one, at ${counts.get('secondCrashPoints')} crash points of recoveries`,
    `with what was promised at the time they are ${counts.checks.size}, ${counts.openings.size} without what nobody reads; these were opened, which made ${counts.mended.size} different stores; each of those was looked at, opened again and worked with`,
  ].join('\n');
}
