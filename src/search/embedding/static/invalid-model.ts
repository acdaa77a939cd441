import { SearchError } from '../../errors.js';

/** The error for a file of a model that is damaged or of a kind that is not understood. */
export function invalidModel(file: string, what: string, cause?: unknown): SearchError {
  return new SearchError('EMBEDDER_MODEL_INVALID', `model file ${JSON.stringify(file)}: ${what}`, {
    remedy:
      'Name a folder in the format of model2vec with a WordPiece tokenizer (`embedding_model`), and fetch it again if it is damaged. Keyword search goes on meanwhile.',
    cause,
  });
}
