import type { TimedVerdict } from './timed-check.js';

/** What a table can be made of. */
export interface TortureFigures extends TimedVerdict {
  readonly kills: number;
  readonly stops: number;
  readonly starts: number;
}

/** The referee is to check a million commits in so long. */
const MOST_SECONDS_A_MILLION = 60;

/** How quickly a history was checked, and whether a million commits would take longer than they may, in one line. */
export function paceOf({ verdict, checkingCpuSeconds }: TimedVerdict): string {
  const { commits, unknownFound } = verdict.figures;
  const perSecond = (commits + unknownFound) / checkingCpuSeconds;
  const secondsAMillion = 1e6 / perSecond;
  const complaint = secondsAMillion > MOST_SECONDS_A_MILLION ? ', LONGER THAN THE MINUTE that they may take' : '';
  const pace = `${Math.round(perSecond).toLocaleString('en')} commits checked a second of processor time`;
  return `${pace}: a million in ${secondsAMillion.toFixed(0)} s${complaint}\n`;
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
