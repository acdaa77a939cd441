/** One crash, exactly: as a line that can be given back, and as a page that people can read. */
import { Counts } from './counts.js';
import type { Disobedience } from './forgetful-file-system.js';
import { describeEvent } from './journal.js';
import type { Choice, ChoicePoint, Moment } from './moment.js';
import { copyOf, listing } from './nodes.js';
import { PROFILES, type Profile } from './profiles.js';
import { describePromised, type Promised } from './promised.js';
import { eachMoment, type Recording, recordFromNothing } from './recording.js';
import { findProblems } from './recovery-check.js';
import { SecondLife } from './second-life.js';
import { formatWorkload, parseWorkload, type Workload } from './workload.js';

/** One crash. */
export interface CrashCase {
  readonly profile: Profile;
  readonly workload: Workload;
  /** How many events had happened. */
  readonly events: number;
  readonly choice: Choice;
  /** A second crash, while the store was opened and used after the first. */
  readonly second?: { readonly events: number; readonly choice: Choice };
}

export function formatCase({ profile, workload, events, choice, second }: CrashCase): string {
  const parts = [profile, formatWorkload(workload), `${events}`, choice.join(',')];
  if (second !== undefined) parts.push(`${second.events}`, second.choice.join(','));
  return parts.join('; ');
}

/** @throws RangeError for a text that `formatCase` never makes */
export function parseCase(text: string): CrashCase {
  const [name, workload = '', events, choice = '', secondEvents, secondChoice = ''] = text
    .split(';')
    .map((part) => part.trim());
  const profile = PROFILES.find((known) => known === name);
  if (profile === undefined)
    throw new RangeError(`case ${JSON.stringify(text)}: it begins with none of ${PROFILES.join(', ')}`);
  const first = { profile, workload: parseWorkload(workload), events: Number(events), choice: parseChoice(choice) };
  if (secondEvents === undefined) return first;
  return { ...first, second: { events: Number(secondEvents), choice: parseChoice(secondChoice) } };
}

function parseChoice(text: string): Choice {
  return text === '' ? [] : text.split(',').map(Number);
}

/** A case with everything that it takes to tell what it is. */
interface Reached {
  readonly recording: Recording;
  readonly moment: Moment;
  readonly events: number;
  readonly promised: Promised;
  readonly choice: Choice;
}

/** Runs one case again. Answers what is wrong, and a page that says what happened. */
export async function replay(
  crash: CrashCase,
  disobedience?: Disobedience,
): Promise<{ readonly problems: readonly string[]; readonly page: string }> {
  const first = await reach(await recordFromNothing(crash.workload, disobedience), crash, crash);
  const last = crash.second === undefined ? first : await reachSecond(first, crash, crash.second, disobedience);
  const image = last.moment.imageOf(last.choice);
  const problems = await findProblems(image, last.promised, new Counts(Counts.memoryFor(1)));
  const pages = last === first ? [pageOf(first, crash)] : [pageOf(first, crash), pageOf(last, crash)];
  const after = listing(copyOf(image));
  const page = [
    `profile   ${crash.profile}`,
    `workload  ${formatWorkload(crash.workload)}`,
    ...pages,
    `promised  ${describePromised(last.promised)}`,
    ...after.map((line) => `found     ${line}`),
    ...problems.map((problem) => `problem   ${problem}`),
  ].join('\n');
  return { problems, page };
}

/** The same violation with as little lost as possible. */
export async function minimise(crash: CrashCase, disobedience?: Disobedience): Promise<CrashCase> {
  const { second } = crash;
  if (second === undefined) {
    const choice = await withLessLost(crash, (kept) => ({ ...crash, choice: kept }), crash.choice, disobedience);
    return { ...crash, choice };
  }
  const withSecond = (kept: Choice): CrashCase => ({ ...crash, second: { ...second, choice: kept } });
  return withSecond(await withLessLost(crash, withSecond, second.choice, disobedience));
}

async function withLessLost(
  crash: CrashCase,
  caseOf: (choice: Choice) => CrashCase,
  choice: Choice,
  disobedience: Disobedience | undefined,
): Promise<Choice> {
  const { points } = (await reachLast(crash, disobedience)).moment;
  let least = choice;
  for (const [index, { size }] of points.entries()) {
    const kept = least.with(index, size - 1);
    if (kept[index] === least[index]) continue;
    const { problems } = await replay(caseOf(kept), disobedience);
    if (problems.length > 0) least = kept;
  }
  return least;
}

async function reachLast(crash: CrashCase, disobedience: Disobedience | undefined): Promise<Reached> {
  const first = await reach(await recordFromNothing(crash.workload, disobedience), crash, crash);
  return crash.second === undefined ? first : reachSecond(first, crash, crash.second, disobedience);
}

async function reachSecond(
  first: Reached,
  crash: CrashCase,
  second: NonNullable<CrashCase['second']>,
  disobedience: Disobedience | undefined,
): Promise<Reached> {
  const life = await SecondLife.begin(first.moment.imageOf(first.choice), first.promised);
  return reach(
    await life.record(disobedience),
    { ...crash, workload: { ...crash.workload, isSettled: false } },
    second,
  );
}

async function reach(
  recording: Recording,
  { profile, workload }: CrashCase,
  at: { readonly events: number; readonly choice: Choice },
): Promise<Reached> {
  let found: Moment | undefined;
  await eachMoment(recording, profile, workload.isSettled, async (events, moment) => {
    if (events === at.events) found = moment();
    return found === undefined;
  });
  if (found === undefined) throw new RangeError(`there is no crash point ${at.events}`);
  if (found.points.length !== at.choice.length)
    throw new RangeError(`crash point ${at.events} has ${found.points.length} choices, not ${at.choice.length}`);
  return { recording, moment: found, events: at.events, promised: recording.promisedAt(at.events), choice: at.choice };
}

const EVENTS_SHOWN = 12;

function pageOf({ recording, moment, events, choice }: Reached, { workload }: CrashCase): string {
  const from = Math.max(0, events - EVENTS_SHOWN);
  const last = recording.journal.events
    .slice(from, events)
    .map((event, index) => `${from + index + 1} ${describeEvent(event)}`);
  const lost = moment.points.flatMap((point, index) => describeLoss(point, choice[index] ?? 0));
  const settled = workload.isSettled ? ' (all before the last step was on the disk)' : '';
  return [
    `crash     after event ${events} of ${recording.journal.events.length}${settled}; the last ones:`,
    ...last.map((line) => `          ${line}`),
    ...(lost.length === 0 ? ['lost      nothing'] : lost.map((line) => `lost      ${line}`)),
    `survived  ${moment.points.length - lost.length} of ${moment.points.length} things that were not synced`,
  ].join('\n');
}

function describeLoss({ what, size, describe }: ChoicePoint, chosen: number): readonly string[] {
  if (chosen === size - 1) return [];
  return [`${what}: ${describe(chosen)} (it was: ${describe(size - 1)})`];
}
