import { PostingBlock, type Segment, type StringList } from '../segment/index.js';

/**
 * All postings of one term in one segment, by passage and by document, those of hidden documents among them. The arrays
 * are used again for the next term, so that reading allocates next to nothing.
 */
export class TermPostings {
  /** Chunks that have the term, ascending; counts in heading, body and code. */
  readonly chunks: PostingBlock = new PostingBlock();
  /** Documents that have the term anywhere, ascending; counts in title, path and keywords. */
  readonly documents: PostingBlock = new PostingBlock();
  /** For the entries of `documents`: counts in heading, body and code, summed over the document's chunks. */
  readonly sums: PostingBlock = new PostingBlock();
  readonly #fields = new PostingBlock();

  /**
   * @param term the term alone, as `singleString` makes it
   * @returns false if the segment does not have it
   * @throws SearchError SEGMENT_DAMAGED
   */
  read(segment: Segment, term: StringList): boolean {
    this.chunks.length = 0;
    this.documents.length = 0;
    this.sums.length = 0;
    this.#fields.length = 0;
    const number = segment.parts.terms.find(term);
    if (number === undefined) return false;
    segment.readChunkPostings({ term: number, dead: undefined }, this.chunks);
    segment.readFieldPostings({ term: number, dead: undefined }, this.#fields);
    this.#joinDocuments(segment);
    return true;
  }

  /** Fills the documents: those of the chunk postings and those of the field postings, joined. */
  #joinDocuments(segment: Segment): void {
    const { chunks, documents, sums } = this;
    const fields = this.#fields;
    const { chunkDocuments } = segment.parts;
    const { firstChunk } = segment.parts.documents;
    documents.reserve(chunks.length + fields.length);
    sums.reserve(chunks.length + fields.length);
    const { ids: chunkIds } = chunks;
    const { ids, first, second, third } = documents;
    let entry = 0;
    let chunk = 0;
    let field = 0;
    while (chunk < chunks.length || field < fields.length) {
      const ofChunk = chunk < chunks.length ? (chunkDocuments[chunkIds[chunk] ?? 0] ?? 0) : NONE;
      const ofField = field < fields.length ? (fields.ids[field] ?? 0) : NONE;
      const document = Math.min(ofChunk, ofField);
      const hasField = ofField === document;
      ids[entry] = document;
      first[entry] = hasField ? (fields.first[field] ?? 0) : 0;
      second[entry] = hasField ? (fields.second[field] ?? 0) : 0;
      third[entry] = hasField ? (fields.third[field] ?? 0) : 0;
      if (hasField) field++;
      chunk = this.#sumChunks(entry++, chunk, ofChunk === document ? (firstChunk[document + 1] ?? 0) : 0);
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
