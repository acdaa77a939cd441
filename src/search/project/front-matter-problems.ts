import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrontMatterFault } from '../analysis/front-matter.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import { type Segment, StoredDocument } from '../segment/index.js';
import type { IndexProblem } from './options.js';

/** Documents that are named one by one. */
const NAMED = 10;

/** After so many documents others get their turn: a parser of YAML takes a fraction of a millisecond for each. */
const DOCUMENTS_A_TURN = 50;

type Faults = ReadonlyMap<number, FrontMatterFault>;

/** By number of the document. Segments never change, so each is looked through once. */
const known = new WeakMap<Segment, Faults>();

/**
 * Documents that are indexed without all of their front matter, since it is broken.
 * @param current what is loaded; asked again after others had their turn
 * @throws SearchError SEGMENT_DAMAGED
 */
export async function findFrontMatterProblems(current: () => LoadedIndex): Promise<readonly IndexProblem[]> {
  for (const segment of segmentsOf(current())) {
    if (known.has(segment)) continue;
    const faults = await findFaults(segment, () => segmentsOf(current()).includes(segment));
    if (faults !== undefined) known.set(segment, faults);
  }
  const problems = [...problemsIn(current())].sort((left, right) => (left.message < right.message ? -1 : 1));
  const more = problems.length - NAMED;
  return more <= 0
    ? problems
    : [...problems.slice(0, NAMED), problem(`front matter of ${more} more documents: is broken`)];
}

function segmentsOf({ view }: LoadedIndex): readonly Segment[] {
  return view.segments.map(({ segment }) => segment);
}

/** `undefined` if the segment was closed meanwhile. */
async function findFaults(segment: Segment, isOpen: () => boolean): Promise<Faults | undefined> {
  // Few processes need the parsers.
  const { findFrontMatterFault } = await import('../analysis/front-matter.js');
  const faults = new Map<number, FrontMatterFault>();
  for (let number = 0; number < segment.documentCount; number++) {
    if (number % DOCUMENTS_A_TURN === 0) {
      await nextTurn();
      if (!isOpen()) return undefined;
    }
    const document = new StoredDocument(segment, number);
    const fault = isPlain(document) ? findFrontMatterFault(document.text()) : undefined;
    if (fault !== undefined) faults.set(number, fault);
  }
  return faults;
}

/** Nothing but texts is kept of broken front matter, so what has anything else need not be parsed again. */
function isPlain(document: StoredDocument): boolean {
  return Object.values(document.frontMatter()).every((value) => typeof value === 'string');
}

function* problemsIn({ view }: LoadedIndex): Generator<IndexProblem> {
  for (const [place, { segment }] of view.segments.entries()) {
    for (const [document, fault] of known.get(segment) ?? []) {
      const path = segment.parts.paths.text(document);
      const location = view.find(path);
      // Not where a newer segment has the document, or has it removed.
      if (location?.segment === place && location.document === document) yield problemOf(path, fault);
    }
  }
}

function problemOf(path: string, { line, reason }: FrontMatterFault): IndexProblem {
  return problem(`document ${JSON.stringify(path)}: front matter, line ${line}: ${reason}`);
}

function problem(message: string): IndexProblem {
  return {
    code: 'FRONT_MATTER_BROKEN',
    message,
    remedy: 'The document is indexed, with what of its front matter can be read; correct it to have all of it.',
  };
}
