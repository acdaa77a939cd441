import { z } from 'zod';
import type { AnswerOrigin } from '../../search/index.js';

/** The fields that every answer of the index carries, for the output schemas. */
export const originFields: {
  readonly generation: z.ZodNumber;
  readonly stale: z.ZodBoolean;
  readonly indexing: z.ZodBoolean;
} = {
  generation: z.number().describe('Generation of the index that answered; 0 before the first one'),
  stale: z.boolean().describe('True if the index may be behind the files on disk'),
  indexing: z.boolean().describe('True while documents are being indexed'),
};

/** The last line of every text answer: which generation spoke, and what the reader must not rely on. */
export function originLine(origin: AnswerOrigin): string {
  const generation = origin.generation === 0 ? 'no generation yet' : `generation ${origin.generation}`;
  if (origin.indexing) return `— ${generation}, stale: documents are being indexed; ask again for complete answers`;
  if (origin.stale) return `— ${generation}, stale: the index may be behind the files; index_status says why`;
  return `— ${generation}, current`;
}
