import { isStopTerm } from '../analysis/stop-words.js';
import { appendTerms } from '../analysis/tokenizer.js';
import type { Embedder } from './embedder.js';
import { addTermFeatures } from './term-features.js';
import { toUnitLength } from './unit-length.js';

const DIMENSION = 256;

/** How much a term of the title and the headings counts beside one of the text. */
const HEADING_WEIGHT = 2;

/**
 * The default embedder: needs no download, no native code and no network, and gives the same vectors on every platform.
 *
 * What it is, honestly: not a language model. It hashes word stems and their character n-grams into 256 components, so
 * texts are near each other when they share words, parts of words or near-spellings (`configure`, `reconfiguration`,
 * `config`). It knows no synonyms: `car` and `automobile` are strangers. It helps keyword search with word forms,
 * compounds and typing errors, and finds similar documents; for meaning, configure a model.
 */
export class LocalEmbedder implements Embedder {
  readonly id: string = 'local-256-v1';
  readonly dimension: number = DIMENSION;

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    return Promise.resolve(texts.map(vectorOf));
  }
}

function vectorOf(text: string): Float32Array {
  const counts = countTerms(text);
  const sum = new Float64Array(DIMENSION);
  let hasMeaning = false;
  for (const [term, count] of counts) {
    if (isStopTerm(term)) continue;
    hasMeaning = true;
    // The tenth mention says less than the second.
    addTermFeatures(term, 1 + Math.log(count), sum);
  }
  if (!hasMeaning) for (const [term, count] of counts) addTermFeatures(term, 1 + Math.log(count), sum);
  return toUnitLength(sum);
}

/** Distinct terms; those before the first blank line, the title and headings of a passage, count more. */
function countTerms(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const terms: string[] = [];
  const end = Math.max(0, text.indexOf('\n\n'));
  if (end > 0) appendTerms(text.slice(0, end), terms);
  const headingTerms = terms.length;
  appendTerms(text.slice(end), terms);
  for (let index = 0; index < terms.length; index++) {
    const term = terms[index] ?? '';
    counts.set(term, (counts.get(term) ?? 0) + (index < headingTerms ? HEADING_WEIGHT : 1));
  }
  return counts;
}
