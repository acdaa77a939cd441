import type { FrontMatterFault } from '../analysis/front-matter.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import { type Segment, StoredDocument } from '../segment/index.js';
import type { IndexProblem } from './options.js';

/** Documents that are named one by one. */
const NAMED = 10;

/** Segments never change, so each is looked through once. */
const known = new WeakMap<Segment, ReadonlyMap<number, FrontMatterFault>>();

/**
 * Documents that are indexed without all of their front matter, since it is broken.
 * @throws SearchError SEGMENT_DAMAGED
 */
export async function findFrontMatterProblems(current: () => LoadedIndex): Promise<readonly IndexProblem[]> {
  // Few processes need the parsers.
  const { findFrontMatterFault } = await import('../analysis/front-matter.js');
  // From here on nothing is awaited: the view stays as it is.
  const { view } = current();
  const problems: IndexProblem[] = [];
  for (const { segment: place, document } of view.locations()) {
    const segment = view.segments[place]?.segment;
    if (segment === undefined) continue;
    const faults = known.get(segment) ?? faultsIn(segment, findFrontMatterFault);
    known.set(segment, faults);
    const fault = faults.get(document);
    if (fault !== undefined) problems.push(problemOf(segment.parts.paths.text(document), fault));
  }
  problems.sort((left, right) => (left.message < right.message ? -1 : 1));
  const more = problems.length - NAMED;
  return more <= 0
    ? problems
    : [...problems.slice(0, NAMED), problem(`front matter of ${more} more documents: is broken`)];
}

function faultsIn(
  segment: Segment,
  findFault: (text: string) => FrontMatterFault | undefined,
): ReadonlyMap<number, FrontMatterFault> {
  const faults = new Map<number, FrontMatterFault>();
  for (let document = 0; document < segment.documentCount; document++) {
    const fault = findFault(new StoredDocument(segment, document).text());
    if (fault !== undefined) faults.set(document, fault);
  }
  return faults;
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
