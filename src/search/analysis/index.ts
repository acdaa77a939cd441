export { analyseDocument, type DocumentFile } from './analyse-document.js';
export { analyseQuery } from './analyse-query.js';
export type {
  AnalysedChunk,
  AnalysedDocument,
  AnalysedQuery,
  DocumentLink,
  JsonValue,
  LinkKind,
} from './analysed-document.js';
export { type ChunkingOptions, DEFAULT_CHUNKING } from './chunking.js';
export { decodeDocument } from './decode-document.js';
export { HeadingSlugger, headingSlug } from './heading-slugs.js';
export { isStopTerm } from './stop-words.js';
export { type TermOccurrence, tokenize, tokenizeWithOffsets } from './tokenizer.js';
