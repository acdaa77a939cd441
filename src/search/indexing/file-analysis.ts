import { type AnalysedDocument, analyseDocument } from '../analysis/index.js';
import { type ReadingRules, readWith } from './file-reading.js';
import type { FileReading } from './worker-protocol.js';

/** What the file holds now, analysed. `document` is undefined if the file cannot be indexed. */
export function analyseFile(
  rules: ReadingRules,
  documentPath: string,
): { readonly reading: FileReading; readonly document: AnalysedDocument | undefined } {
  let document: AnalysedDocument | undefined;
  const reading = readWith(rules, documentPath, (bytes) => {
    document = analyseDocument({ path: documentPath, bytes });
    return document.contentHash;
  });
  return { reading, document };
}
