/** What an index says about itself in the manifest of its generation. */
import { z } from 'zod';
import type { JsonValue, Snapshot } from '../../store/index.js';
import { SearchError } from '../errors.js';

/** The version of these words; a later one is refused. */
const METADATA_VERSION = 1;

/** The description of one generation of an index. */
export interface IndexMetadata {
  /** What made the generation: `index` or `merge`. */
  readonly operation: 'index' | 'merge';
  /** File names of the segments, oldest first: the newest that names a path has it. */
  readonly segments: readonly string[];
  readonly embedder: { readonly id: string; readonly dimension: number };
  readonly documents: number;
  readonly chunks: number;
  /** Documents that this generation added, changed and removed. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Real absolute path of the project whose documents these are, where it lay when they were indexed; not on S3. */
  readonly root?: string | undefined;
}

const countSchema = z.number().int().nonnegative();
const KIND = 'snapdex-index';
const metadataSchema = z.object({
  kind: z.literal(KIND),
  version: z.number().int().positive(),
  operation: z.enum(['index', 'merge']),
  segments: z.array(z.string()),
  embedder: z.object({ id: z.string(), dimension: countSchema }),
  documents: countSchema,
  chunks: countSchema,
  added: countSchema,
  changed: countSchema,
  removed: countSchema,
  root: z.string().optional(),
});

/** What is said of an index without any document. */
export const EMPTY_METADATA: IndexMetadata = {
  operation: 'index',
  segments: [],
  embedder: { id: '', dimension: 0 },
  documents: 0,
  chunks: 0,
  added: 0,
  changed: 0,
  removed: 0,
};

/** The words of an index for a manifest. */
export function encodeIndexMetadata(metadata: IndexMetadata): { readonly [key: string]: JsonValue } {
  const { embedder, segments, root, ...rest } = metadata;
  return {
    kind: KIND,
    version: METADATA_VERSION,
    ...rest,
    segments: [...segments],
    embedder: { ...embedder },
    ...(root === undefined ? {} : { root }),
  };
}

/** A generation, and its files if they are known. */
type DescribedGeneration = Pick<Snapshot, 'generation' | 'metadata'> & Partial<Pick<Snapshot, 'files'>>;

/** False if the generation is another program's. One that says nothing of itself and has no files is an empty index. */
export function isIndex({ metadata, files }: DescribedGeneration): boolean {
  return Object.keys(metadata).length === 0 ? (files?.size ?? 0) === 0 : metadata.kind === KIND;
}

/**
 * What a generation says about the index in it; an empty index for a store without any generation.
 * @throws SearchError NOT_AN_INDEX, SEGMENT_DAMAGED, SEGMENT_FORMAT_NEWER
 */
export function readIndexMetadata(snapshot: DescribedGeneration): IndexMetadata {
  if (!isIndex(snapshot)) {
    throw new SearchError(
      'NOT_AN_INDEX',
      `generation ${snapshot.generation}: another program keeps its files in this store`,
      {
        remedy: 'Nothing was changed here. Give the index a directory of its own.',
      },
    );
  }
  if (Object.keys(snapshot.metadata).length === 0) return EMPTY_METADATA;
  // Once in most processes: compiling the schema would take longer than reading it.
  const parsed = metadataSchema.safeParse(snapshot.metadata, { jitless: true });
  if (!parsed.success) {
    throw new SearchError(
      'SEGMENT_DAMAGED',
      `generation ${snapshot.generation}: what it says of itself does not describe a snapdex index`,
      {
        remedy: 'Roll back to an intact generation, or let `snapdex index` build the index anew.',
        cause: parsed.error,
      },
    );
  }
  const { kind: _kind, version, ...metadata } = parsed.data;
  if (version <= METADATA_VERSION) return metadata;
  throw new SearchError(
    'SEGMENT_FORMAT_NEWER',
    `generation ${snapshot.generation}: index version ${version}, this program knows ${METADATA_VERSION}`,
    {
      remedy: 'Update snapdex to the version that wrote this index, or use another index directory.',
    },
  );
}
