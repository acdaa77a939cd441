/** What a repair does about what was found. Pure: it chooses, and `repair.ts` acts. */
import type { Examination, ExaminedGeneration } from './examination.js';
import { CURRENT_FILE, GENERATIONS_DIRECTORY, generationName, LARGEST_GENERATION } from './names.js';
import type { Problem } from './problem.js';
import type { Tag } from './tags.js';

/** One thing that a repair does. */
export type RepairStep =
  /** Something that stands in the way is moved to `damaged/`. */
  | { readonly action: 'moveAside'; readonly path: string; readonly why: string }
  /** The newest complete generation is committed again above a damaged head; an empty one, if nothing can be read. */
  | { readonly action: 'recover'; readonly generation: number; readonly from: number | undefined; readonly why: string }
  /** A damaged generation is taken out of the history and moved to `damaged/`, but for files that others need. */
  | { readonly action: 'setAside'; readonly generation: number; readonly path: string; readonly why: string }
  /** The pointer is written anew. */
  | { readonly action: 'writeCurrent'; readonly generation: number; readonly path: string; readonly why: string };

/** What a repair does, in this order, and what it leaves to a person. */
export interface RepairPlan {
  readonly steps: readonly RepairStep[];
  /** Problems that are there afterwards too. */
  readonly remaining: readonly Problem[];
  /** The newest generation afterwards; 0 for none. */
  readonly head: number;
}

/** A gap that no store has between what is left of its numbers and one that it has used. */
const NUMBERS_IN_DOUBT = 1_000_000;

/** Plans a repair. */
export function planRepair(examination: Examination): RepairPlan {
  const { generations, obstacles, damagedTags, current } = examination;
  const damaged = generations.filter(({ problems }) => problems.length > 0);
  const highestTrusted = findHighestTrusted(examination);
  const neverUsed = damaged.filter((one) => one.generation > highestTrusted && wasNeverUsed(one, highestTrusted));
  const used = generations.filter((one) => !neverUsed.includes(one));
  const best = findBest(generations);
  const isStaying = (one: ExaminedGeneration): boolean => isLeftToAPerson(one, best);
  const leaving = damaged.filter((one) => !isStaying(one));
  const top = used.at(-1);
  const recovering = top !== undefined && needsRecovery(top, best) ? [recoverAbove(top, best)] : [];
  const newHead = recovering[0]?.generation ?? top?.generation ?? 0;
  const gone = new Set(leaving.map(({ generation }) => generation));
  const danglingTags = examination.tags.filter((tag) => isDangling(tag, examination, gone));
  const steps: RepairStep[] = [
    ...obstacles.map(({ path, why }) => ({ action: 'moveAside', path, why }) as const),
    ...damagedTags.map(
      (name) => ({ action: 'moveAside', path: `tags/${name}`, why: 'its record is damaged' }) as const,
    ),
    // A number that was never used stands in the way of those that come next.
    ...neverUsed.map(setAside),
    ...recovering,
    ...leaving.filter((one) => !neverUsed.includes(one)).map(setAside),
    ...danglingTags.map(
      ({ name, generation }) =>
        ({ action: 'moveAside', path: `tags/${name}`, why: `generation ${generation} is gone` }) as const,
    ),
    // A commit raises the pointer by itself, and that is told only if the pointer was wrong.
    ...(recovering.length > 0 && current === top?.generation ? [] : pointerSteps(current, newHead)),
  ];
  const remaining = damaged.filter(isStaying).flatMap(({ problems }) => problems);
  return { steps, remaining, head: newHead };
}

/**
 * A tag says that somebody wants what is left of a generation, and while none is complete, those whose manifest can be
 * read are all there is. Without a manifest nothing can be read of it.
 */
function isLeftToAPerson({ manifest, tags }: ExaminedGeneration, best: ExaminedGeneration | undefined): boolean {
  const isBestIncomplete = best !== undefined && best.problems.length > 0;
  return manifest !== undefined && (tags.length > 0 || isBestIncomplete);
}

/** What a recovery restores: the newest complete generation or, with none, the newest whose manifest can be read. */
export function findBest(generations: readonly ExaminedGeneration[]): ExaminedGeneration | undefined {
  const readable = generations.filter(({ manifest }) => manifest !== undefined);
  return readable.findLast(({ problems }) => problems.length === 0) ?? readable.at(-1);
}

/** The highest number of which something else than its damaged directory tells. */
function findHighestTrusted({ generations, current, tags }: Examination): number {
  const readable = generations.filter(({ manifest }) => manifest !== undefined).map(({ generation }) => generation);
  const used = new Set(generations.map(({ generation }) => generation));
  // A pointer to nothing proves nothing.
  const pointed = current !== undefined && used.has(current) && current < LARGEST_GENERATION ? current : 0;
  return Math.max(0, ...readable, pointed, ...tags.map(({ generation }) => generation));
}

/**
 * A number is given out only once, so one that may have been used is committed above. Numbers count up by one: a
 * directory far above all others is somebody's mistake, and committing above it would use up the numbers.
 */
function wasNeverUsed({ generation, hasManifestFile }: ExaminedGeneration, highestTrusted: number): boolean {
  if (generation >= LARGEST_GENERATION - NUMBERS_IN_DOUBT) return generation > highestTrusted + NUMBERS_IN_DOUBT;
  return !hasManifestFile && generation > highestTrusted + NUMBERS_IN_DOUBT;
}

/** A head that is retired and whole is committed again too, and then is what it says: a retired generation. */
function needsRecovery(top: ExaminedGeneration, best: ExaminedGeneration | undefined): boolean {
  return top === best ? top.isRetiredHead && top.problems.length === 0 : top.isRetiredHead || top.problems.length > 0;
}

function recoverAbove(
  top: ExaminedGeneration,
  best: ExaminedGeneration | undefined,
): RepairStep & { readonly action: 'recover' } {
  const why = top.problems[0]?.message ?? `generation ${top.generation}: it is marked as retired`;
  return { action: 'recover', generation: top.generation + 1, from: best?.generation, why };
}

function setAside({ generation, problems }: ExaminedGeneration): RepairStep {
  const path = `${GENERATIONS_DIRECTORY}/${generationName(generation)}`;
  return { action: 'setAside', generation, path, why: problems[0]?.message ?? 'it is damaged' };
}

function isDangling({ generation, isLost = false }: Tag, examination: Examination, gone: ReadonlySet<number>): boolean {
  const { generations, problems } = examination;
  const isThere = generations.some((one) => one.generation === generation);
  const isTold = problems.some((problem) => problem.code === 'TAG_DANGLING' && problem.generation === generation);
  return isLost || gone.has(generation) || (!isThere && isTold);
}

function pointerSteps(current: number | undefined, newHead: number): readonly RepairStep[] {
  if (current === newHead) return [];
  const says = current === undefined ? 'it is missing or damaged' : `it names generation ${current}`;
  if (newHead > 0) return [{ action: 'writeCurrent', generation: newHead, path: CURRENT_FILE, why: says }];
  return current === undefined ? [] : [{ action: 'moveAside', path: CURRENT_FILE, why: `${says}, and there is none` }];
}
