import { SearchError } from '../errors.js';
import type { Embedder } from './embedder.js';
import { LocalEmbedder } from './local-embedder.js';
import type { ThreadEmbedding } from './thread-embedding.js';

/** The embedders that there are. */
export type EmbedderKind = 'local' | 'static' | 'http' | 'transformers';

/** Which embedder a project uses, and how. */
export interface EmbeddingOptions {
  readonly embedder: EmbedderKind;
  /** Of `static` the model's folder, an absolute path; of `http` and `transformers` the model's name. */
  readonly model?: string | undefined;
  /** Of `http`: up to `/v1`. */
  readonly url?: string | undefined;
  readonly apiKey?: string | undefined;
  /** The environment variable that the key is from, for messages. */
  readonly apiKeyVariable?: string | undefined;
  /** Of `http`: components to ask for; default what the model gives. */
  readonly dimensions?: number | undefined;
  /** Texts per request, default 32. */
  readonly batchSize?: number;
  /** For one request, default 30,000. */
  readonly timeoutMs?: number;
  readonly documentPrefix?: string;
  readonly queryPrefix?: string;
  /** Folders in which `@huggingface/transformers` is looked for, besides snapdex's own surroundings. */
  readonly packageFolders?: readonly string[];
  /** What likeness counts in the ranking; default see `embedderRanking`. */
  readonly weight?: number | undefined;
  readonly minimumSimilarity?: number | undefined;
}

/** An embedder that may hold a thread or a connection. */
export interface OpenEmbedder extends Embedder {
  /** How any thread makes the same vectors while it indexes; without it they are made later. */
  readonly threadEmbedding?: ThreadEmbedding;
  /**
   * Tells one whose model is elsewhere what it has given before, as long as it does not know. A model that gives another
   * dimension from now on is noticed: one call of `embed` fails, and `dimension` is the new one. Without it, the first
   * answer decides.
   */
  assumeDimension?(dimension: number): void;
  close?(): void;
}

/**
 * The embedder that the options name. What only one of them needs is loaded only for it.
 *
 * @throws SearchError EMBEDDER_MODEL_INVALID, EMBEDDER_NOT_INSTALLED; INVALID_REQUEST if the options lack something
 */
export async function openEmbedder(options: EmbeddingOptions): Promise<OpenEmbedder> {
  const { embedder, model = '', url = '', packageFolders = [] } = options;
  if (embedder === 'local') return new LocalEmbedder();
  if (model === '') throw lacking(embedder, 'model');
  if (embedder === 'static') {
    const { readStaticModel, staticEmbedderOf } = await import('./static/index.js');
    return staticEmbedderOf(await readStaticModel(model));
  }
  if (embedder === 'transformers') {
    const { TransformersEmbedder } = await import('./transformers/transformers-embedder.js');
    return new TransformersEmbedder({ ...options, model, packageFolders });
  }
  if (url === '') throw lacking(embedder, 'url');
  const { HttpEmbedder } = await import('./http/http-embedder.js');
  const { apiKey, apiKeyVariable, dimensions, batchSize, timeoutMs, documentPrefix, queryPrefix } = options;
  return new HttpEmbedder({
    url,
    model,
    apiKey,
    apiKeyVariable,
    dimensions,
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(documentPrefix === undefined ? {} : { documentPrefix }),
    ...(queryPrefix === undefined ? {} : { queryPrefix }),
  });
}

function lacking(embedder: EmbedderKind, what: 'model' | 'url'): SearchError {
  return new SearchError('INVALID_REQUEST', `embedder ${embedder}: it has no ${what}`, {
    remedy: `Set \`embedding_${what}\`, or use the embedder "local", which needs nothing.`,
  });
}
