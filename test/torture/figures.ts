import type { TimedVerdict } from './timed-check.js';

/** What a table can be made of. */
export interface TortureFigures extends TimedVerdict {
  readonly kills: number;
  readonly stops: number;
  readonly starts: number;
}

/** The figures of a torture, one a line. */
export function tableOf(result: TortureFigures): string {
  const { verdict, kills, stops, starts, checkingSeconds, checkingCpuSeconds } = result;
  const { commits, done, refused, rebases, unknownOutcomes, unknownFound, warnings } = verdict.figures;
  const rows: readonly (readonly [string, string | number])[] = [
    ['commits acknowledged', commits],
    ['  of them rollbacks', done.rollback ?? 0],
    ['rebases', rebases],
    ['reads of the newest', done.read ?? 0],
    ['reads of older ones', (done.travel ?? 0) + (done.keep ?? 0)],
    ['collects', done.collect ?? 0],
    ['tags set, taken away', `${done.tag ?? 0}, ${done.untag ?? 0}`],
    ['flushes', done.flush ?? 0],
    ['checks of the whole store', done.verify ?? 0],
    ['processes started', starts],
    ['kills', kills],
    ['stops', stops],
    ['unknown outcomes', unknownOutcomes],
    ['  of them found committed', unknownFound],
    ...Object.entries(refused).map(([what, count]) => [`refused: ${what}`, count] as const),
    ['warnings', warnings],
    ['checked in', `${checkingSeconds.toFixed(1)} s (${checkingCpuSeconds.toFixed(1)} s of processor time)`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}
