import { z } from 'zod';
import { foundWords, type ProjectIndex, type SearchRequest, type TextRange } from '../../search/index.js';
import { wholeNumber, wholeNumberInText } from '../whole-number.js';
import { defined } from './defined.js';

// What may be asked, as it arrives: every value of a query is a text.

/** A generation: its number, a tag, or a time of ISO 8601. */
const generation = z.string().trim().min(1).max(200);
const path = z.string().min(1).max(4000);

const searchQuery = z.strictObject({
  query: z.string().trim().min(1).max(4000),
  limit: wholeNumberInText({ least: 1, most: 50 }).optional(),
  cursor: z.string().max(4000).optional(),
  pathPrefix: z.string().max(4000).optional(),
  asOf: generation.optional(),
});

const documentQuery = z.strictObject({
  path,
  startLine: wholeNumberInText({ least: 1 }).optional(),
  endLine: wholeNumberInText({ least: 1 }).optional(),
  asOf: generation.optional(),
});

const relatedQuery = z.strictObject({ path, asOf: generation.optional() });

const historyQuery = z.strictObject({ limit: wholeNumberInText({ least: 1, most: 1000 }).optional() });

const compareQuery = z.strictObject({
  from: generation,
  to: generation,
  limit: wholeNumberInText({ least: 1, most: 500 }).optional(),
  cursor: z.string().max(8000).optional(),
});

const linksQuery = z.strictObject({ limit: wholeNumberInText({ least: 1, most: 2000 }).optional() });

const nothing = z.strictObject({});

const rollbackBody = z.strictObject({
  generation: wholeNumber({ least: 1 }),
  reason: z.string().trim().min(1).max(1000).optional(),
});

const tagBody = z.strictObject({ name: z.string().max(200), generation: wholeNumber({ least: 1 }) });

const untagBody = z.strictObject({ name: z.string().max(200) });

/** A question of the page, or a wish to change something: the index's answer is the answer. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  /** The names of what it takes. */
  readonly takes: readonly string[];
  /** @throws z.ZodError if what was given is not what is taken */
  answer(index: ProjectIndex, given: unknown): Promise<object>;
}

/** Everything that is served below `/api/`, by name. The JSON is that of the tools and the command line. */
export const apiRoutes: ReadonlyMap<string, ApiRoute> = new Map<string, ApiRoute>([
  ['search', asking(searchQuery, (index, request) => markedSearch(index, defined(request)))],
  ['document', asking(documentQuery, (index, request) => index.document(defined(request)))],
  ['related', asking(relatedQuery, (index, request) => index.related(defined(request)))],
  ['status', asking(nothing, (index) => index.status())],
  ['history', asking(historyQuery, (index, request) => index.history(defined(request)))],
  ['compare', asking(compareQuery, (index, request) => index.compare(defined(request)))],
  ['links', asking(linksQuery, (index, request) => index.links(defined(request)))],
  ['storage', asking(nothing, (index) => index.collect({ dryRun: true }))],
  ['rollback', changing(rollbackBody, (index, request) => index.rollback(defined(request)))],
  ['resume', changing(nothing, (index) => index.resume())],
  ['tag', changing(tagBody, (index, { name, generation }) => index.tag({ name, generation: String(generation) }))],
  ['untag', changing(untagBody, untag)],
]);

type Answerer<T> = (index: ProjectIndex, request: T) => Promise<object>;

/** A schema of named values. */
type ObjectSchema<T> = z.ZodType<T> & { readonly shape: object };

function asking<T>(schema: ObjectSchema<T>, answer: Answerer<T>): ApiRoute {
  return routeOf('GET', schema, answer);
}

function changing<T>(schema: ObjectSchema<T>, answer: Answerer<T>): ApiRoute {
  return routeOf('POST', schema, answer);
}

function routeOf<T>(method: ApiRoute['method'], schema: ObjectSchema<T>, answer: Answerer<T>): ApiRoute {
  return {
    method,
    takes: Object.keys(schema.shape),
    answer: (index, given) => answer(index, schema.parse(given, { reportInput: true })),
  };
}

/** What a browser cannot find out: where the words stand, in whatever form; the command line marks the same ones. */
async function markedSearch(index: ProjectIndex, request: SearchRequest): Promise<object> {
  const answer = await index.search({ ...request, explain: true });
  const marksOf = (text: string): readonly TextRange[] => foundWords(text, request.query, answer);
  const results = answer.results.map((result) => ({ ...result, marks: marksOf(result.snippet) }));
  return { ...answer, results };
}

async function untag(index: ProjectIndex, { name }: z.infer<typeof untagBody>): Promise<object> {
  await index.untag(name);
  return { removed: name };
}
