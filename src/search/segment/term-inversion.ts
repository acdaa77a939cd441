import type { AnalysedChunk, AnalysedDocument } from '../analysis/analysed-document.js';
import type { TermList } from '../analysis/term-list.js';
import type { Vocabulary } from '../analysis/vocabulary.js';
import { NumberSink } from './byte-sink.js';
import { PostingBlock } from './postings.js';
import type { SegmentWriter } from './segment-writer.js';

/** Rows of (term, id, three counts) in the order they came. */
class PostingRows {
  readonly terms: NumberSink = new NumberSink();
  readonly ids: NumberSink = new NumberSink();
  readonly counts: readonly [NumberSink, NumberSink, NumberSink] = [
    new NumberSink(),
    new NumberSink(),
    new NumberSink(),
  ];
}

/**
 * Turns terms by document into documents by term. Rows are kept in flat arrays and sorted by counting, so that a corpus
 * of millions of terms makes one string and no other object for each distinct term.
 */
export class TermInversion {
  /** Numbers of terms in this segment. */
  readonly #numbers = new Map<string, number>();
  /** The same by the numbers of a vocabulary, plus 1; there is one vocabulary, or hardly more. */
  readonly #translations = new Map<Vocabulary, Uint32Array>();
  readonly #chunkRows = new PostingRows();
  readonly #documentRows = new PostingRows();
  /** Counts of the chunk or document at hand by term number, three fields each; all zero in between. */
  #counts = new Uint32Array(3 * 1024);
  #touched: number[] = [];
  #chunks = 0;
  #documents = 0;

  /** Takes the fields of the next document. */
  addDocument(document: AnalysedDocument): void {
    this.#addRows(this.#documentRows, this.#documents++, [
      document.titleTerms,
      document.pathTerms,
      document.keywordTerms,
    ]);
  }

  /** Takes the terms of the next chunk. */
  addChunk(chunk: AnalysedChunk): void {
    this.#addRows(this.#chunkRows, this.#chunks++, [chunk.headingTerms, chunk.bodyTerms, chunk.codeTerms]);
  }

  /** Writes every term with its postings, ascending. */
  write(writer: SegmentWriter): void {
    const chunkRows = new RowsByTerm(this.#chunkRows, this.#numbers.size);
    const documentRows = new RowsByTerm(this.#documentRows, this.#numbers.size);
    const chunks = new PostingBlock();
    const documents = new PostingBlock();
    for (const term of ascendingByBytes(this.#numbers.keys())) {
      const number = this.#numbers.get(term) ?? 0;
      chunkRows.read(number, chunks);
      documentRows.read(number, documents);
      writer.addTerm(term, chunks, documents);
    }
  }

  #addRows(rows: PostingRows, id: number, fields: readonly TermList[]): void {
    for (const [field, terms] of fields.entries()) this.#countField(terms, field);
    for (const number of this.#touched) {
      rows.terms.append(number);
      rows.ids.append(id);
      for (let field = 0; field < 3; field++) {
        rows.counts[field]?.append(this.#counts[number * 3 + field] ?? 0);
        this.#counts[number * 3 + field] = 0;
      }
    }
    this.#touched = [];
  }

  #countField({ vocabulary, numbers }: TermList, field: number): void {
    const translation = this.#translationOf(vocabulary);
    for (let index = 0; index < numbers.length; index++) {
      const term = numbers[index] ?? 0;
      let number = translation[term] ?? 0;
      if (number === 0) {
        number = this.#numberOf(vocabulary.text(term)) + 1;
        translation[term] = number;
      }
      this.#count(number - 1, field);
    }
  }

  #translationOf(vocabulary: Vocabulary): Uint32Array {
    const known = this.#translations.get(vocabulary);
    if (known !== undefined && known.length >= vocabulary.size) return known;
    const grown = new Uint32Array(vocabulary.size);
    if (known !== undefined) grown.set(known);
    this.#translations.set(vocabulary, grown);
    return grown;
  }

  #count(number: number, field: number): void {
    const place = number * 3;
    const isNew = this.#counts[place] === 0 && this.#counts[place + 1] === 0 && this.#counts[place + 2] === 0;
    if (isNew) this.#touched.push(number);
    this.#counts[place + field] = (this.#counts[place + field] ?? 0) + 1;
  }

  #numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(term, number);
    if (this.#counts.length < (number + 1) * 3) {
      const grown = new Uint32Array(this.#counts.length * 2);
      grown.set(this.#counts);
      this.#counts = grown;
    }
    return number;
  }
}

/** The texts in the order of their bytes in UTF-8. */
function ascendingByBytes(texts: Iterable<string>): readonly string[] {
  const sorted = [...texts];
  // The order of their code units is the same, and many times quicker to find, unless some are halves of characters.
  if (!sorted.some((text) => /[\ud800-\udfff]/.test(text))) return sorted.sort();
  const encoded = sorted.map((text) => ({ text, bytes: Buffer.from(text, 'utf8') }));
  return encoded.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ text }) => text);
}

/** Rows sorted by term, those of one term in the order they came: a counting sort, which is stable. */
class RowsByTerm {
  /** Ids and the three counts, by row. */
  readonly #columns: readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  readonly #order: Uint32Array;
  /** Where the rows of each term end in `#order`. */
  readonly #ends: Uint32Array;

  constructor(rows: PostingRows, termCount: number) {
    const terms = rows.terms.written;
    const ends = new Uint32Array(termCount);
    for (const term of terms) ends[term] = (ends[term] ?? 0) + 1;
    let sum = 0;
    for (let term = 0; term < termCount; term++) {
      const count = ends[term] ?? 0;
      ends[term] = sum;
      sum += count;
    }
    const order = new Uint32Array(terms.length);
    for (let row = 0; row < terms.length; row++) {
      const term = terms[row] ?? 0;
      const place = ends[term] ?? 0;
      order[place] = row;
      ends[term] = place + 1;
    }
    const [first, second, third] = rows.counts;
    this.#columns = [rows.ids.written, first.written, second.written, third.written];
    this.#order = order;
    this.#ends = ends;
  }

  /** Fills the block with the rows of a term. */
  read(term: number, into: PostingBlock): void {
    const [ids, first, second, third] = this.#columns;
    into.length = 0;
    const end = this.#ends[term] ?? 0;
    for (let place = term === 0 ? 0 : (this.#ends[term - 1] ?? 0); place < end; place++) {
      const row = this.#order[place] ?? 0;
      into.push(ids[row] ?? 0, first[row] ?? 0, second[row] ?? 0, third[row] ?? 0);
    }
  }
}
