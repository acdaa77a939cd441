import { type IndexView, PostingBlock, singleString, type ViewSegment } from '../segment/index.js';

/** The postings of one segment within the blocks of a term; ends are exclusive. */
export interface SegmentRun {
  /** Place of the segment in the view. */
  readonly segment: number;
  readonly chunkStart: number;
  readonly chunkEnd: number;
  readonly documentStart: number;
  readonly documentEnd: number;
}

/**
 * All live postings of one term in a view, by passage and by document, with ids of the whole view. The arrays are used
 * again for the next term, so that a query allocates next to nothing.
 */
export class TermPostings {
  /** Live chunks that have the term, ascending; counts in heading, body and code. */
  readonly chunks: PostingBlock = new PostingBlock();
  /** Live documents that have the term anywhere, ascending; counts in title, path and keywords. */
  readonly documents: PostingBlock = new PostingBlock();
  /** For the entries of `documents`: counts in heading, body and code, summed over the document's chunks. */
  readonly sums: PostingBlock = new PostingBlock();
  /** Segments that have the term, oldest first. */
  runs: readonly SegmentRun[] = [];
  readonly #fields = new PostingBlock();

  /** @throws SearchError SEGMENT_DAMAGED */
  read(view: IndexView, term: string): void {
    const wanted = singleString(term);
    const runs: SegmentRun[] = [];
    this.chunks.length = 0;
    this.documents.length = 0;
    this.sums.length = 0;
    for (const [place, part] of view.segments.entries()) {
      const number = part.segment.parts.terms.find(wanted);
      if (number === undefined) continue;
      const chunkStart = this.chunks.length;
      const documentStart = this.documents.length;
      this.#fields.length = 0;
      part.segment.readChunkPostings({ term: number, base: part.chunkBase, dead: part.deadChunks }, this.chunks);
      const fieldWish = { term: number, base: part.documentBase, dead: part.deadDocuments };
      part.segment.readFieldPostings(fieldWish, this.#fields);
      this.#joinDocuments(part, chunkStart);
      runs.push({
        segment: place,
        chunkStart,
        chunkEnd: this.chunks.length,
        documentStart,
        documentEnd: this.documents.length,
      });
    }
    this.runs = runs;
  }

  /** How often a document that has the term says it in headings, text and code, on average; 1 if none does. */
  occurrencesPerDocument(): number {
    const { first, second, third, length } = this.sums;
    let occurrences = 0;
    for (let entry = 0; entry < length; entry++) {
      occurrences += (first[entry] ?? 0) + (second[entry] ?? 0) + (third[entry] ?? 0);
    }
    return occurrences === 0 ? 1 : occurrences / length;
  }

  /** Appends the documents of one segment: those of its chunk postings and those of its field postings, joined. */
  #joinDocuments(part: ViewSegment, chunkStart: number): void {
    const { chunks, documents, sums } = this;
    const fields = this.#fields;
    const { chunkDocuments } = part.segment.parts;
    const { firstChunk } = part.segment.parts.documents;
    const most = documents.length + chunks.length - chunkStart + fields.length;
    documents.reserve(most);
    sums.reserve(most);
    const { ids: chunkIds } = chunks;
    const { ids, first, second, third } = documents;
    let entry = documents.length;
    let chunk = chunkStart;
    let field = 0;
    while (chunk < chunks.length || field < fields.length) {
      const ofChunk = chunk < chunks.length ? (chunkDocuments[(chunkIds[chunk] ?? 0) - part.chunkBase] ?? 0) : NONE;
      const ofField = field < fields.length ? (fields.ids[field] ?? 0) - part.documentBase : NONE;
      const document = Math.min(ofChunk, ofField);
      const hasField = ofField === document;
      ids[entry] = part.documentBase + document;
      first[entry] = hasField ? (fields.first[field] ?? 0) : 0;
      second[entry] = hasField ? (fields.second[field] ?? 0) : 0;
      third[entry] = hasField ? (fields.third[field] ?? 0) : 0;
      if (hasField) field++;
      const end = ofChunk === document ? part.chunkBase + (firstChunk[document + 1] ?? 0) : 0;
      chunk = this.#sumChunks(entry++, chunk, end);
    }
    documents.length = entry;
    sums.length = entry;
  }

  /** Sums up the chunk postings from `chunk` on whose ids are below `end`; gives the first that is not. */
  #sumChunks(entry: number, chunk: number, end: number): number {
    const { ids, first, second, third, length } = this.chunks;
    let heading = 0;
    let body = 0;
    let code = 0;
    let next = chunk;
    for (; next < length && (ids[next] ?? 0) < end; next++) {
      heading += first[next] ?? 0;
      body += second[next] ?? 0;
      code += third[next] ?? 0;
    }
    this.sums.first[entry] = heading;
    this.sums.second[entry] = body;
    this.sums.third[entry] = code;
    return next;
  }
}

/** Stands for "no document" where the lowest number is wanted. */
const NONE = 0xffff_ffff;
