import type { AnalysedChunk, AnalysedDocument } from '../analysis/analysed-document.js';
import { NumberSink } from './byte-sink.js';
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
  readonly #numbers = new Map<string, number>();
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
    const terms = [...this.#numbers].map(([term, number]) => ({ number, bytes: Buffer.from(term, 'utf8') }));
    terms.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    const chunkRows = rowsByTerm(this.#chunkRows, terms.length);
    const documentRows = rowsByTerm(this.#documentRows, terms.length);
    for (const { number, bytes } of terms) {
      writer.addTerm(bytes);
      for (const { id, counts } of chunkRows(number)) {
        writer.addChunkPosting(id, { heading: counts[0], body: counts[1], code: counts[2] });
      }
      for (const { id, counts } of documentRows(number)) {
        writer.addFieldPosting(id, { title: counts[0], path: counts[1], keywords: counts[2] });
      }
    }
  }

  #addRows(rows: PostingRows, id: number, fields: readonly (readonly string[])[]): void {
    for (const [field, terms] of fields.entries()) {
      for (const term of terms) this.#count(this.#numberOf(term), field);
    }
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

interface PostingRow {
  readonly id: number;
  readonly counts: readonly [number, number, number];
}

/** Gives the rows of a term in the order they came: a counting sort, which is stable. */
function rowsByTerm(rows: PostingRows, termCount: number): (term: number) => Generator<PostingRow> {
  const terms = rows.terms.written;
  const ends = new Uint32Array(termCount + 1);
  for (const term of terms) ends[term] = (ends[term] ?? 0) + 1;
  let sum = 0;
  for (let term = 0; term <= termCount; term++) {
    const count = ends[term] ?? 0;
    ends[term] = sum;
    sum += count;
  }
  const order = new Uint32Array(terms.length);
  for (const [row, term] of terms.entries()) {
    const place = ends[term] ?? 0;
    order[place] = row;
    ends[term] = place + 1;
  }
  const ids = rows.ids.written;
  const [first, second, third] = [rows.counts[0].written, rows.counts[1].written, rows.counts[2].written];
  return function* rowsOf(term) {
    for (let place = term === 0 ? 0 : (ends[term - 1] ?? 0); place < (ends[term] ?? 0); place++) {
      const row = order[place] ?? 0;
      yield { id: ids[row] ?? 0, counts: [first[row] ?? 0, second[row] ?? 0, third[row] ?? 0] };
    }
  };
}
