/** What single operations saw, against the one history. */
import { type CommitOrder, madeGeneration } from './commit-order.js';
import { type Kind, NOT_READ, nameOf, type Operation } from './operation.js';
import type { RefereeNotes } from './read-logs.js';
import { NOTHING, type Replayed } from './replay.js';
import type { Report } from './violation.js';

/** What may be refused though all is well; everything else is a finding. */
const EXPECTED_CODES: Readonly<Record<Kind, readonly string[]>> = {
  // Who may only read does not make the store.
  open: ['STORE_NOT_FOUND'],
  update: ['LOCK_TIMEOUT', 'STORE_HELD'],
  rollback: ['LOCK_TIMEOUT', 'GENERATION_EXPIRED'],
  resume: ['LOCK_TIMEOUT'],
  read: ['GENERATION_EXPIRED'],
  travel: ['GENERATION_EXPIRED'],
  keep: [],
  tag: ['GENERATION_EXPIRED'],
  untag: [],
  collect: [],
  flush: [],
  verify: [],
};

export function checkErrors(operations: readonly Operation[], excused: readonly string[], report: Report): void {
  for (const operation of operations) {
    if (operation.kind === 'verify' && operation.generation > 0)
      report('UNEXPECTED_ERROR', 0, `${nameOf(operation)} found ${operation.generation} problems`);
    const expected = [...EXPECTED_CODES[operation.kind], ...excused];
    if (operation.outcome !== 'refused' || expected.includes(operation.code)) continue;
    const what = `${operation.kind} of ${operation.target || operation.word || 'the head'}`;
    report('UNEXPECTED_ERROR', operation.target, `${nameOf(operation)}, ${what}, was refused with ${operation.code}`);
  }
}

/** Every read against the generation that it named. */
export function checkReads(operations: readonly Operation[], { states }: Replayed, report: Report): void {
  for (const operation of operations) {
    const { kind, outcome, generation, digest } = operation;
    if (outcome !== 'done' || (kind !== 'read' && kind !== 'travel' && kind !== 'keep')) continue;
    // A pinned generation is opened first, and read afterwards.
    if (digest === NOT_READ) continue;
    checkDigest(nameOf(operation), { generation, digest }, states, report);
  }
}

function checkDigest(
  who: string,
  { generation, digest }: { readonly generation: number; readonly digest: string },
  states: Replayed['states'],
  report: Report,
): void {
  if (generation >= states.length) {
    report('UNEXPLAINED_GENERATION', generation, `${who} read it, and the newest is ${states.length - 1}`);
    return;
  }
  const expected = states[generation]?.digest;
  if (expected === undefined || expected === digest) return;
  const like = states.findIndex((state) => state?.digest === digest);
  const hint = like === -1 ? 'no generation has that content' : `which is generation ${like}`;
  report('WRONG_CONTENT', generation, `${who} read ${digest}, expected ${expected}; ${hint}`);
}

/** A stretch of time in which the head may have been on hold. */
interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
}

/** Refusals because of a hold need one, and so does a resume that found nothing need a moment without. */
export function checkHolds(operations: readonly Operation[], replayed: Replayed, report: Report): void {
  const held = stretchesOf(replayed, true);
  for (const operation of operations) {
    const { kind, outcome, code, generation } = operation;
    if (kind === 'update' && code === 'STORE_HELD' && !overlaps(held, operation))
      report('HOLD_IGNORED', 0, `${nameOf(operation)} was refused for a hold that nobody asked for`);
    const foundNothing = kind === 'resume' && outcome === 'done' && !madeGeneration(operation);
    if (foundNothing && replayed.states[generation]?.isHeld === true)
      report('HOLD_IGNORED', generation, `${nameOf(operation)} found no hold on it`);
  }
}

function stretchesOf({ states, makers }: Replayed, isHeld: boolean): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [generation, state] of states.entries()) {
    if ((state ?? NOTHING).isHeld !== isHeld) continue;
    const fromNs = makers[generation]?.startNs ?? 0;
    const toNs = makers[generation + 1]?.endNs ?? Number.POSITIVE_INFINITY;
    const last = stretches.at(-1);
    if (last === undefined || fromNs > last.toNs) stretches.push({ fromNs, toNs });
    else stretches[stretches.length - 1] = { fromNs: Math.min(last.fromNs, fromNs), toNs: Math.max(last.toNs, toNs) };
  }
  return stretches;
}

function overlaps(stretches: readonly Stretch[], { startNs, endNs }: Operation): boolean {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle]?.toNs ?? 0) < startNs) low = middle + 1;
    else high = middle;
  }
  return (stretches[low]?.fromNs ?? Number.POSITIVE_INFINITY) <= endNs;
}

/** The tags that are left against those that were set and taken away. */
export function checkTags(operations: readonly Operation[], referee: RefereeNotes, report: Report): void {
  const untags = operations.filter(({ kind, outcome }) => kind === 'untag' && outcome !== 'refused');
  const mayBeGone = new Set(untags.map(({ word }) => word));
  const mustBeGone = new Set(untags.filter(({ outcome }) => outcome === 'done').map(({ word }) => word));
  const mayBeThere = new Set<string>();
  for (const operation of operations) {
    const { kind, outcome, word, generation } = operation;
    if (kind !== 'tag' || outcome === 'refused') continue;
    mayBeThere.add(word);
    if (outcome === 'unknown' || mayBeGone.has(word)) continue;
    const found = referee.tags.get(word)?.generation;
    if (found !== generation)
      report('TAG_LOST', generation, `tag ${word} of ${nameOf(operation)} names ${found ?? 'nothing'} in the end`);
  }
  for (const [name, { generation }] of referee.tags) {
    if (mustBeGone.has(name)) report('TAG_LOST', generation, `tag ${name} is there, though it was taken away`);
    if (!mayBeThere.has(name)) report('TAG_LOST', generation, `tag ${name} is there, and nobody has set it`);
  }
}

/** What was there in the end, once everybody was gone. */
export function checkEnd(referee: RefereeNotes, order: CommitOrder, { states }: Replayed, report: Report): void {
  for (const crash of referee.crashes) report('CRASHED', 0, crash);
  for (const complaint of referee.complaints) report('LEFT_BEHIND', order.highest, complaint);
  checkDigest('the referee', referee.final, states, report);
  for (const [name, tagged] of referee.tags) checkDigest(`the referee, at tag ${name},`, tagged, states, report);
}
