import { z } from 'zod';
import type { AnswerOrigin, ShownFile } from '../../search/index.js';

/** The fields that every answer of the index carries, for the output schemas. */
export const originFields: {
  readonly generation: z.ZodNumber;
  readonly stale: z.ZodBoolean;
  readonly indexing: z.ZodBoolean;
  readonly comparing: z.ZodType<AnswerOrigin['comparing']>;
  readonly asOf: z.ZodType<AnswerOrigin['asOf']>;
} = {
  generation: z.number().describe('Generation of the index that answered; 0 before the first one'),
  stale: z.boolean().describe('True if the index may be behind the files on disk'),
  indexing: z.boolean().describe('True while documents are being indexed'),
  comparing: z.literal(true).optional().describe('Set while it is found out whether files have changed'),
  asOf: z
    .looseObject({ createdAt: z.string(), newest: z.number() })
    .optional()
    .describe('Set if as_of was given: when the generation that answered was made, and which one is the newest'),
};

/** What has become of the file of a document that is shown, for the output schemas. */
export const fileNowField: z.ZodType<ShownFile['fileNow']> = z
  .enum(['changed', 'gone', 'unreadable'])
  .optional()
  .describe('Set if the file is no longer known to hold what was indexed');

/** Of which generation the first page was, for the output schemas of rankings that are given page by page. */
export const firstPageGenerationField: z.ZodType<number | undefined> = z
  .number()
  .optional()
  .describe('Set if the first page was of this other generation: entries may be missing or come twice');

/** Tells that the pages of a ranking are of more than one generation, if they are. */
export function firstPageLines(first: number | undefined): readonly string[] {
  if (first === undefined) return [];
  return [
    `The first page was of generation ${first}: entries may be missing or come twice. To go on in that one, pass as_of ${first} with the same cursor.`,
  ];
}

/** The last line of every text answer: which generation spoke, and what the reader must not rely on. */
export function originLine(origin: AnswerOrigin): string {
  const generation = origin.generation === 0 ? 'no generation' : `generation ${origin.generation}`;
  if (origin.asOf !== undefined) {
    const { createdAt, newest } = origin.asOf;
    return `— ${generation} of ${createdAt}, as asked for; the newest is ${newest}`;
  }
  if (origin.comparing === true)
    return `— ${generation}, stale: files are being compared with the index; ask again to be sure`;
  if (origin.indexing) return `— ${generation}, stale: documents are being indexed; ask again for complete answers`;
  if (origin.stale) return `— ${generation}, stale: the index may be behind the files; index_status says why`;
  return `— ${generation}, current`;
}
