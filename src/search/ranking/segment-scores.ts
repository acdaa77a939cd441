import type { FieldLengths, PostingBlock, Segment, StringList } from '../segment/index.js';
import { FieldWeight, saturated, weighedFrequency } from './bm25f.js';
import type { PassageParameters } from './ranking-options.js';
import type { Scoring } from './scoring.js';
import { TermPostings } from './term-postings.js';

/**
 * What one term adds to the scores of one segment, for each time that its rarity is worth. Hidden documents are among
 * them, so that they stay right when one more is hidden. Ids are those of the segment; lists side by side belong together.
 */
export interface SegmentScores {
  readonly chunks: Uint32Array;
  readonly chunkScores: Float32Array;
  /** Those of `chunks` that have the term in their headings. */
  readonly headingChunks: Uint32Array;
  readonly documents: Uint32Array;
  readonly documentScores: Float32Array;
  /** How often each of `documents` has the term in headings, text and code. */
  readonly occurrences: Uint8Array | Uint32Array;
  /** Those of `documents` that have it in title, path or keywords. */
  readonly namedDocuments: Uint32Array;
  readonly nameScores: Float32Array;
}

const NO_IDS = new Uint32Array(0);
const NO_NUMBERS = new Float32Array(0);
const NO_SCORES: SegmentScores = {
  chunks: NO_IDS,
  chunkScores: NO_NUMBERS,
  headingChunks: NO_IDS,
  documents: NO_IDS,
  documentScores: NO_NUMBERS,
  occurrences: NO_IDS,
  namedDocuments: NO_IDS,
  nameScores: NO_NUMBERS,
};

const postings = new TermPostings();

/**
 * Reads the postings of a term and scores them.
 *
 * @param term the term alone, as `singleString` makes it
 * @throws SearchError SEGMENT_DAMAGED
 */
export function scoreSegment(segment: Segment, term: StringList, scoring: Scoring): SegmentScores {
  if (!postings.read(segment, term)) return NO_SCORES;
  return { ...scorePassages(segment, scoring), ...scoreDocuments(segment, scoring) };
}

/** Bytes that the scores of a term take. */
export function bytesOf(scores: SegmentScores): number {
  const { chunks, headingChunks, documents, namedDocuments, occurrences } = scores;
  const pairs = chunks.length + documents.length + namedDocuments.length;
  return 8 * pairs + 4 * headingChunks.length + occurrences.byteLength;
}

/** How often the term seems to occur in headings, text and code, for many passages or documents. */
class TextFrequency {
  readonly #heading: FieldWeight;
  readonly #body: FieldWeight;
  readonly #code: FieldWeight;
  readonly #counts: PostingBlock;
  readonly #lengths: TextLengths;

  constructor(parameters: PassageParameters, average: FieldLengths, counts: PostingBlock, lengths: TextLengths) {
    this.#heading = new FieldWeight(parameters.heading, average.heading);
    this.#body = new FieldWeight(parameters.body, average.body);
    this.#code = new FieldWeight(parameters.code, average.code);
    this.#counts = counts;
    this.#lengths = lengths;
  }

  /** @param entry place of the posting @param number of the passage or document */
  at(entry: number, number: number): number {
    const { first, second, third } = this.#counts;
    const { headingLength, bodyLength, codeLength } = this.#lengths;
    const heading = first[entry] ?? 0;
    const body = second[entry] ?? 0;
    const code = third[entry] ?? 0;
    let frequency = 0;
    if (heading > 0) frequency += this.#heading.frequency(heading, headingLength[number] ?? 0);
    if (body > 0) frequency += this.#body.frequency(body, bodyLength[number] ?? 0);
    if (code > 0) frequency += this.#code.frequency(code, codeLength[number] ?? 0);
    return frequency;
  }
}

interface TextLengths {
  readonly headingLength: Uint32Array;
  readonly bodyLength: Uint32Array;
  readonly codeLength: Uint32Array;
}

type PassageScores = Pick<SegmentScores, 'chunks' | 'chunkScores' | 'headingChunks'>;

function scorePassages(segment: Segment, { ranking, passageAverage }: Scoring): PassageScores {
  const { passage } = ranking;
  const { ids, first, length } = postings.chunks;
  const text = new TextFrequency(passage, passageAverage, postings.chunks, segment.parts.chunkLengths);
  const chunkScores = new Float32Array(length);
  const headingChunks = new IdList();
  for (let entry = 0; entry < length; entry++) {
    const chunk = ids[entry] ?? 0;
    chunkScores[entry] = saturated(text.at(entry, chunk), passage.saturation);
    if ((first[entry] ?? 0) > 0) headingChunks.push(chunk);
  }
  return { chunks: ids.slice(0, length), chunkScores, headingChunks: headingChunks.ids() };
}

type DocumentScores = Omit<SegmentScores, keyof PassageScores>;

function scoreDocuments(segment: Segment, { ranking, documentAverage }: Scoring): DocumentScores {
  const { document: parameters, name } = ranking;
  const { ids, first, second, third, length } = postings.documents;
  const { sums } = postings;
  const text = new TextFrequency(parameters, documentAverage, sums, segment.parts.documents);
  const names = new NameFrequency(segment, documentAverage);
  const documentScores = new Float32Array(length);
  const occurrences = new Uint32Array(length);
  const nameScores = new Float32Array(length);
  const namedDocuments = new IdList();
  for (let entry = 0; entry < length; entry++) {
    const document = ids[entry] ?? 0;
    const title = first[entry] ?? 0;
    const path = second[entry] ?? 0;
    const keywords = third[entry] ?? 0;
    let frequency = text.at(entry, document);
    if (title + path + keywords > 0) {
      const counts = { title, path, keywords };
      nameScores[namedDocuments.length] = saturated(names.of(document, counts, name), name.saturation);
      namedDocuments.push(document);
      frequency += names.of(document, counts, parameters);
    }
    documentScores[entry] = saturated(frequency, parameters.saturation);
    occurrences[entry] = (sums.first[entry] ?? 0) + (sums.second[entry] ?? 0) + (sums.third[entry] ?? 0);
  }
  return {
    documents: ids.slice(0, length),
    documentScores,
    occurrences: narrowed(occurrences),
    namedDocuments: namedDocuments.ids(),
    nameScores: nameScores.slice(0, namedDocuments.length),
  };
}

/** Hardly any document has a word more than 255 times. */
function narrowed(numbers: Uint32Array): Uint8Array | Uint32Array {
  return numbers.every((number) => number < 256) ? Uint8Array.from(numbers) : numbers;
}

type NameCounts = Pick<FieldLengths, 'title' | 'path' | 'keywords'>;
type NameParameters = Pick<Scoring['ranking']['name'], keyof NameCounts>;

/** How often the term seems to occur in title, path and keywords of documents. */
class NameFrequency {
  readonly #segment: Segment;
  readonly #average: FieldLengths;

  constructor(segment: Segment, average: FieldLengths) {
    this.#segment = segment;
    this.#average = average;
  }

  of(document: number, counts: NameCounts, parameters: NameParameters): number {
    const { titleLength, pathLength, keywordLength } = this.#segment.parts.documents;
    const average = this.#average;
    return (
      weighedFrequency(counts.title, parameters.title, titleLength[document] ?? 0, average.title) +
      weighedFrequency(counts.path, parameters.path, pathLength[document] ?? 0, average.path) +
      weighedFrequency(counts.keywords, parameters.keywords, keywordLength[document] ?? 0, average.keywords)
    );
  }
}

/** Ids in typed memory, because an array of numbers takes twice as much. */
class IdList {
  #ids = new Uint32Array(16);
  #length = 0;

  push(id: number): void {
    if (this.#length === this.#ids.length) {
      const larger = new Uint32Array(2 * this.#length);
      larger.set(this.#ids);
      this.#ids = larger;
    }
    this.#ids[this.#length++] = id;
  }

  get length(): number {
    return this.#length;
  }

  ids(): Uint32Array {
    return this.#ids.slice(0, this.#length);
  }
}
