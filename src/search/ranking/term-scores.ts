import { isWeakTerm } from '../analysis/index.js';
import type { FieldLengths, IndexView, PostingBlock, ViewSegment } from '../segment/index.js';
import { FieldWeight, termRarity, termScore, weighedFrequency } from './bm25f.js';
import type { PassageParameters, RankingParameters } from './ranking-options.js';
import { type SegmentRun, TermPostings } from './term-postings.js';

/** What one term adds to the scores of one view. Ids are those of the whole view; lists side by side belong together. */
export interface TermScores {
  /** What finding the term is worth among passages, and among documents. */
  readonly passageRarity: number;
  readonly documentRarity: number;
  readonly chunks: Uint32Array;
  readonly chunkScores: Float32Array;
  /** Those of `chunks` that have the term in their headings. */
  readonly headingChunks: Uint32Array;
  readonly documents: Uint32Array;
  readonly documentScores: Float32Array;
  /** Those of `documents` that have it in title, path or keywords. */
  readonly namedDocuments: Uint32Array;
  readonly nameScores: Float32Array;
  /** The best of each kind of score; 0 where there is none. */
  readonly most: { readonly passage: number; readonly document: number; readonly name: number };
}

/** What scores of terms depend on beside the view. */
export type TermRanking = Pick<RankingParameters, 'term' | 'passage' | 'document' | 'name'>;

const postings = new TermPostings();

/**
 * Reads the postings of a term and scores them. Counts, lengths and numbers of live documents are integers over the
 * whole view, so scores do not depend on how documents lie in segments.
 *
 * @throws SearchError SEGMENT_DAMAGED
 */
export function scoreTerm(view: IndexView, term: string, ranking: TermRanking): TermScores {
  postings.read(view, term);
  const { burstiness, weakWord } = ranking.term;
  const worth = (isWeakTerm(term) ? weakWord : 1) * postings.occurrencesPerDocument() ** burstiness;
  const passageRarity = worth * termRarity(postings.chunks.length, view.chunkCount);
  const documentRarity = worth * termRarity(postings.documents.length, view.documentCount);
  const chunks = postings.chunks.ids.slice(0, postings.chunks.length);
  const documents = postings.documents.ids.slice(0, postings.documents.length);
  const scores = {
    chunkScores: new Float32Array(chunks.length),
    documentScores: new Float32Array(documents.length),
    headingChunks: new IdList(),
    namedDocuments: new IdList(),
    nameScores: new Float32Array(documents.length),
  };
  const passageAverage = averageLengths(view, view.chunkCount);
  const documentAverage = averageLengths(view, view.documentCount);
  for (const run of postings.runs) {
    const part = view.segments[run.segment];
    if (part === undefined) continue;
    scorePassages(part, run, { ranking, average: passageAverage, rarity: passageRarity }, scores);
    scoreDocuments(part, run, { ranking, average: documentAverage, rarity: documentRarity }, scores);
  }
  const namedDocuments = scores.namedDocuments.ids();
  const nameScores = scores.nameScores.slice(0, namedDocuments.length);
  return {
    passageRarity,
    documentRarity,
    chunks,
    chunkScores: scores.chunkScores,
    headingChunks: scores.headingChunks.ids(),
    documents,
    documentScores: scores.documentScores,
    namedDocuments,
    nameScores,
    most: { passage: mostOf(scores.chunkScores), document: mostOf(scores.documentScores), name: mostOf(nameScores) },
  };
}

function mostOf(scores: Float32Array): number {
  let most = 0;
  for (let entry = 0; entry < scores.length; entry++) most = Math.max(most, scores[entry] ?? 0);
  return most;
}

/** Bytes that the scores of a term take. */
export function bytesOf(scores: TermScores): number {
  return (
    8 * (scores.chunks.length + scores.documents.length + scores.namedDocuments.length) +
    4 * scores.headingChunks.length
  );
}

interface TermContext {
  readonly ranking: TermRanking;
  readonly average: FieldLengths;
  readonly rarity: number;
}

interface GrowingScores {
  readonly chunkScores: Float32Array;
  readonly documentScores: Float32Array;
  readonly headingChunks: IdList;
  readonly namedDocuments: IdList;
  readonly nameScores: Float32Array;
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

interface Lengths {
  readonly headingLength: Uint32Array;
  readonly bodyLength: Uint32Array;
  readonly codeLength: Uint32Array;
}

/** How often a term seems to occur in headings, text and code, for many passages or documents. */
class TextFrequency {
  readonly #heading: FieldWeight;
  readonly #body: FieldWeight;
  readonly #code: FieldWeight;
  readonly #counts: PostingBlock;
  readonly #lengths: Lengths;

  constructor(parameters: PassageParameters, average: FieldLengths, counts: PostingBlock, lengths: Lengths) {
    this.#heading = new FieldWeight(parameters.heading, average.heading);
    this.#body = new FieldWeight(parameters.body, average.body);
    this.#code = new FieldWeight(parameters.code, average.code);
    this.#counts = counts;
    this.#lengths = lengths;
  }

  /** @param entry place of the posting @param number of the passage or document in its segment */
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

function scorePassages(part: ViewSegment, run: SegmentRun, context: TermContext, scores: GrowingScores): void {
  const { passage } = context.ranking;
  const { average, rarity } = context;
  const text = new TextFrequency(passage, average, postings.chunks, part.segment.parts.chunkLengths);
  const { ids, first } = postings.chunks;
  const { chunkScores, headingChunks } = scores;
  for (let entry = run.chunkStart; entry < run.chunkEnd; entry++) {
    const id = ids[entry] ?? 0;
    chunkScores[entry] = termScore(text.at(entry, id - part.chunkBase), rarity, passage.saturation);
    if ((first[entry] ?? 0) > 0) headingChunks.push(id);
  }
}

function scoreDocuments(part: ViewSegment, run: SegmentRun, context: TermContext, scores: GrowingScores): void {
  const { document: parameters } = context.ranking;
  const { average, rarity } = context;
  const text = new TextFrequency(parameters, average, postings.sums, part.segment.parts.documents);
  const { ids, first, second, third } = postings.documents;
  const { documentScores } = scores;
  for (let entry = run.documentStart; entry < run.documentEnd; entry++) {
    const id = ids[entry] ?? 0;
    const document = id - part.documentBase;
    let frequency = text.at(entry, document);
    const names = { title: first[entry] ?? 0, path: second[entry] ?? 0, keywords: third[entry] ?? 0 };
    if (names.title + names.path + names.keywords > 0)
      frequency += scoreName({ part, id, document, names }, context, scores);
    documentScores[entry] = termScore(frequency, rarity, parameters.saturation);
  }
}

interface NamedDocument {
  readonly part: ViewSegment;
  readonly id: number;
  readonly document: number;
  /** How often the term stands in each. */
  readonly names: { readonly title: number; readonly path: number; readonly keywords: number };
}

/** Notes what the term adds to the score of the name; answers how often it seems to occur in it, for the document. */
function scoreName({ part, id, document, names }: NamedDocument, context: TermContext, scores: GrowingScores): number {
  const { document: parameters, name } = context.ranking;
  const { average, rarity } = context;
  const { titleLength, pathLength, keywordLength } = part.segment.parts.documents;
  const lengths = {
    title: titleLength[document] ?? 0,
    path: pathLength[document] ?? 0,
    keywords: keywordLength[document] ?? 0,
  };
  const named =
    weighedFrequency(names.title, name.title, lengths.title, average.title) +
    weighedFrequency(names.path, name.path, lengths.path, average.path) +
    weighedFrequency(names.keywords, name.keywords, lengths.keywords, average.keywords);
  scores.nameScores[scores.namedDocuments.length] = termScore(named, rarity, name.saturation);
  scores.namedDocuments.push(id);
  return (
    weighedFrequency(names.title, parameters.title, lengths.title, average.title) +
    weighedFrequency(names.path, parameters.path, lengths.path, average.path) +
    weighedFrequency(names.keywords, parameters.keywords, lengths.keywords, average.keywords)
  );
}

function averageLengths(view: IndexView, count: number): FieldLengths {
  const { title, path, keywords, heading, body, code } = view.lengths;
  const share = (sum: number): number => (count === 0 ? 0 : sum / count);
  return {
    title: share(title),
    path: share(path),
    keywords: share(keywords),
    heading: share(heading),
    body: share(body),
    code: share(code),
  };
}
