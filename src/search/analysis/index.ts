export { analyseDocument, type DocumentFile } from './analyse-document.js';
export { analyseQuery, NOTHING_ASKED } from './analyse-query.js';
export type {
  AnalysedChunk,
  AnalysedDocument,
  AnalysedQuery,
  DocumentLink,
  JsonValue,
  LinkKind,
} from './analysed-document.js';
export type { ChunkingOptions } from './chunking.js';
export { decodeDocument } from './decode-document.js';
export { headingSlug } from './heading-slugs.js';
export { matchedWords, type TextRange } from './matched-words.js';
export { plainWords, termsOneEditAway } from './misspellings.js';
export { isStopTerm } from './stop-words.js';
export { TermList } from './term-list.js';
export { findTerms, type TermOccurrence, tokenize, tokenizeWithOffsets } from './tokenizer.js';
export { Vocabulary } from './vocabulary.js';
export { isWeakTerm } from './weak-words.js';
