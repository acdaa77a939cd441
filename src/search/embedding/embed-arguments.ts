import { type Check, oneOf } from '../../arguments/index.js';
import { requireAllowed } from '../request-checks.js';
import type { EmbeddingPurpose } from './embedder.js';

const TEXTS: Check = {
  expected: 'a list of texts',
  allows: (value) => Array.isArray(value) && value.every((text) => typeof text === 'string'),
};
const PURPOSE: Check = oneOf('passage', 'query');

/** Checks what `embed` is given. @throws SearchError INVALID_REQUEST */
export function requireTexts(texts: readonly string[], purpose?: EmbeddingPurpose): void {
  requireAllowed('texts', texts, TEXTS);
  if (purpose !== undefined) requireAllowed('purpose', purpose, PURPOSE);
}
