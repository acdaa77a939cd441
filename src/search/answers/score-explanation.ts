import type { ScoreParts } from '../ranking/index.js';
import type { ScorePart } from '../requests/index.js';

/** What each signal says of a result, in plain words. */
const REASONS: { readonly [signal in keyof ScoreParts]: string } = {
  document: 'the document as a whole is about the words',
  passage: 'the passage is about the words',
  name: 'title, path or keywords have the words',
  coverage: 'the document has this many of the words at all',
  headingCoverage: "the passage's headings have the words",
  vector: 'the passage resembles the question',
  titlePrecision: 'the title or file name is what was asked for',
  headingMatch: 'a heading of the document says the same as the question',
  link: 'the best results link to the document',
  elsewhere: 'other passages of the document have more of one of these',
};

/** The parts of a score, the largest first; what added nothing is left out. */
export function explainScore(parts: ScoreParts): readonly ScorePart[] {
  const all = SIGNALS.map((signal) => ({ signal, adds: parts[signal], reason: REASONS[signal] }));
  return all.filter(({ adds }) => Math.abs(adds) > ROUNDING).sort((left, right) => right.adds - left.adds);
}

const SIGNALS: readonly (keyof ScoreParts)[] = [
  'document',
  'passage',
  'name',
  'coverage',
  'headingCoverage',
  'vector',
  'titlePrecision',
  'headingMatch',
  'link',
  'elsewhere',
];

/** `elsewhere` is a difference of sums, so where there is nothing it may be a last bit. */
const ROUNDING = 1e-12;
