import type { IndexView, Segment } from '../segment/index.js';
import { fold, lastPart, SegmentNames, withoutExtension } from './segment-names.js';

const namesOfSegments = new WeakMap<Segment, SegmentNames>();

/** The ways in which a link may name a live document of a view. All names are compared without regard to case. */
export class DocumentNames {
  readonly #view: IndexView;

  constructor(view: IndexView) {
    this.#view = view;
  }

  /** The document of that path; one that differs in case only if there is no exact one, of several the first by path. */
  byPath(path: string): string | undefined {
    const folded = fold(path);
    const found = this.#live((names) => names.byPath(folded));
    return found.includes(path) ? path : found.sort()[0];
  }

  /** False if no documents are in or below the folder; `''` is the root. True may be said wrongly. */
  mayHaveFolder(folder: string): boolean {
    const folded = fold(folder);
    return folder === '' || this.#view.segments.some(({ segment }) => namesOf(segment).mayHaveFolder(folded));
  }

  /** Documents whose path, without extension, ends with these whole parts: `b/c` finds `a/b/c.md`. */
  bySuffix(name: string): readonly string[] {
    const wanted = withoutExtension(fold(name));
    const found = this.#live((names) => names.byName(lastPart(wanted)));
    if (!wanted.includes('/')) return found;
    return found.filter((path) => `/${withoutExtension(fold(path))}`.endsWith(`/${wanted}`));
  }

  /** Documents that call themselves so in their front matter. */
  byAlias(alias: string): readonly string[] {
    const folded = fold(alias);
    return this.#live((names) => names.byAlias(folded));
  }

  #live(find: (names: SegmentNames) => readonly number[]): string[] {
    const paths: string[] = [];
    for (const { segment, deadDocuments } of this.#view.segments) {
      for (const document of find(namesOf(segment))) {
        if ((deadDocuments?.[document] ?? 0) === 0) paths.push(segment.parts.paths.text(document));
      }
    }
    return paths;
  }
}

function namesOf(segment: Segment): SegmentNames {
  const known = namesOfSegments.get(segment);
  if (known !== undefined) return known;
  const names = new SegmentNames(segment);
  namesOfSegments.set(segment, names);
  return names;
}
