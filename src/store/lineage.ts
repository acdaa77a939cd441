/** Which generations belong together: each names its parent by number and nonce. Pure. */
import type { Manifest } from './manifest.js';

/** What says of a generation whose it is. */
export type Identity = Pick<Manifest, 'generation' | 'nonce'> & {
  readonly writer: Pick<Manifest['writer'], 'instance'>;
};

/**
 * Whether what stands above a generation shows that it was committed: the next one, which names its parent, or, where
 * that was collected, the head. An instance writes into one store only, so what it wrote before its last commit came
 * before that.
 */
export function isKnownAbove(
  { generation, nonce, writer }: Identity,
  above: { readonly next: Manifest | undefined; readonly head: Manifest },
): boolean {
  if (above.next?.parent?.generation === generation) return above.next.parent.nonce === nonce;
  return (above.head.writers.get(writer.instance)?.generation ?? 0) >= generation;
}

/** Generations, ascending, each of which stands on the one below it. */
interface Line {
  readonly generations: number[];
  /** Lines of which one has a generation that names another parent than the generation that the other one has there. */
  readonly conflicts: Set<Line>;
}

/**
 * Generations that were not committed in this history: copied from another store, or claimed by a sleeper under a dead
 * number and never confirmed; each with what says so. Where two lines contradict each other, the one that contradicts
 * more of them is wrong, then the shorter, then the lower: a generation knows what it stands on. What is said of a parent
 * that is not there contradicts nothing.
 * What a registered writer has claimed below a longer line is left out: it slept, and takes a dead number back.
 * @param manifests ascending by generation
 * @param registered the instances that have the store open
 */
export function findStrangers(
  manifests: readonly Manifest[],
  registered: ReadonlySet<string>,
): ReadonlyMap<number, string> {
  const known = new Map(manifests.map((manifest) => [manifest.generation, manifest]));
  const strangers = new Map<number, string>();
  const lines = linesOf(manifests, known);
  for (let wrong = findWrong(lines); wrong !== undefined; wrong = findWrong(lines)) {
    const why = describe(wrong, known);
    if (!isClaimOfSleeper(wrong, known, registered))
      for (const generation of wrong.generations) strangers.set(generation, why);
    for (const other of wrong.conflicts) other.conflicts.delete(wrong);
    wrong.conflicts.clear();
  }
  return strangers;
}

function linesOf(manifests: readonly Manifest[], known: ReadonlyMap<number, Manifest>): readonly Line[] {
  const lines = new Map<number, Line>();
  for (const { generation, parent } of manifests) {
    const below = parent === null ? undefined : known.get(parent.generation);
    const lineBelow = below && lines.get(below.generation);
    if (lineBelow !== undefined && below?.nonce === parent?.nonce) {
      lineBelow.generations.push(generation);
      lines.set(generation, lineBelow);
      continue;
    }
    const line: Line = { generations: [generation], conflicts: new Set() };
    lines.set(generation, line);
    if (lineBelow === undefined) continue;
    line.conflicts.add(lineBelow);
    lineBelow.conflicts.add(line);
  }
  return [...new Set(lines.values())];
}

function findWrong(lines: readonly Line[]): Line | undefined {
  return lines
    .filter(({ conflicts }) => conflicts.size > 0)
    .sort((a, b) => b.conflicts.size - a.conflicts.size || a.generations.length - b.generations.length)[0];
}

function isClaimOfSleeper(
  { generations, conflicts }: Line,
  known: ReadonlyMap<number, Manifest>,
  registered: ReadonlySet<string>,
): boolean {
  const [claimed, ...others] = generations;
  const writer = claimed === undefined ? undefined : known.get(claimed)?.writer.instance;
  const isBelowLonger = [...conflicts].some((other) => other.generations.length > generations.length);
  return others.length === 0 && writer !== undefined && registered.has(writer) && isBelowLonger;
}

function describe({ generations }: Line, known: ReadonlyMap<number, Manifest>): string {
  const [lowest] = generations;
  const parent = lowest === undefined ? undefined : known.get(lowest)?.parent?.generation;
  const evidence =
    parent !== undefined && known.has(parent)
      ? `it stands on another generation ${parent} than the one that is here`
      : `generation ${findContradicting(generations, known)} stands on another one in its place`;
  return `it was not committed in this history: ${evidence}`;
}

function findContradicting(generations: readonly number[], known: ReadonlyMap<number, Manifest>): number | undefined {
  const isContradicting = ({ parent }: Manifest): boolean =>
    parent !== null && generations.includes(parent.generation) && known.get(parent.generation)?.nonce !== parent.nonce;
  return [...known.values()].find(isContradicting)?.generation;
}
