import { z } from 'zod';
import type { EmbedderKind } from '../../search/index.js';
import { type Setting, seconds, whole } from './setting.js';

/** The settings of `[embedding]` by their names in the program. */
export interface EmbeddingSettingValues {
  readonly embedder: EmbedderKind;
  readonly embeddingModel: string | undefined;
  readonly embeddingUrl: string | undefined;
  readonly embeddingApiKeyVariable: string | undefined;
  readonly embeddingDimensions: number | undefined;
  readonly embeddingBatchSize: number;
  readonly embeddingTimeoutMs: number;
  readonly embeddingDocumentPrefix: string;
  readonly embeddingQueryPrefix: string;
  readonly embeddingWeight: number | undefined;
  readonly embeddingMinimumSimilarity: number | undefined;
}

type EmbeddingSettings = { readonly [Name in keyof EmbeddingSettingValues]: Setting<EmbeddingSettingValues[Name]> };

const section = 'embedding';
const LONGEST_PREFIX = 2_000;

/** What makes the vectors of passages and questions. */
export const EMBEDDING_SETTINGS: EmbeddingSettings = {
  embedder: {
    section,
    key: 'embedder',
    flag: '--embedder',
    fallback: 'local',
    form: 'text',
    schema: z.enum(['local', 'static', 'http', 'transformers']),
    allowed: '"local", "static", "http" or "transformers"',
  },
  embeddingModel: {
    section,
    key: 'embedding_model',
    flag: '--embedding-model',
    fallback: undefined,
    form: 'text',
    schema: z.string().trim().min(1),
    allowed: 'the name of a model, or its folder',
  },
  embeddingUrl: {
    section,
    key: 'embedding_url',
    flag: '--embedding-url',
    fallback: undefined,
    form: 'text',
    schema: z.string().trim().refine(isPlainAddress),
    allowed: 'an address such as "http://localhost:11434/v1", without user and password',
  },
  embeddingApiKeyVariable: {
    section,
    key: 'embedding_api_key_variable',
    fallback: undefined,
    form: 'text',
    schema: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    allowed: 'the name of an environment variable, never the key itself',
  },
  embeddingDimensions: {
    section,
    key: 'embedding_dimensions',
    fallback: undefined,
    form: 'number',
    ...whole({ least: 1, most: 16_384 }),
  },
  embeddingBatchSize: {
    section,
    key: 'embedding_batch_size',
    fallback: 32,
    form: 'number',
    ...whole({ least: 1, most: 2_048 }),
  },
  embeddingTimeoutMs: {
    section,
    key: 'embedding_timeout_seconds',
    fallback: 30_000,
    form: 'number',
    ...seconds({ least: 0.1, most: 3_600 }),
  },
  embeddingDocumentPrefix: { section, key: 'embedding_document_prefix', fallback: '', form: 'text', ...prefix() },
  embeddingQueryPrefix: { section, key: 'embedding_query_prefix', fallback: '', form: 'text', ...prefix() },
  embeddingWeight: {
    section,
    key: 'embedding_weight',
    fallback: undefined,
    form: 'number',
    schema: z.number().min(0).max(10),
    allowed: 'a number, 0 to 10',
  },
  embeddingMinimumSimilarity: {
    section,
    key: 'embedding_minimum_similarity',
    fallback: undefined,
    form: 'number',
    schema: z.number().min(-1).max(1),
    allowed: 'a number, -1 to 1',
  },
};

/** A password in an address would be shown in messages. */
function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

function prefix(): Pick<Setting<string>, 'schema' | 'allowed'> {
  return { schema: z.string().max(LONGEST_PREFIX), allowed: `text of at most ${LONGEST_PREFIX} characters` };
}
