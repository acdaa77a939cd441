import { isStoreError, type SnapshotStore } from '../../store/index.js';
import { isRootThere } from '../documents/index.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { CollectAnswer, EmbeddingStatus, InstanceStatus, StatusAnswer, VerifyAnswer } from '../requests/index.js';
import { kindIn, type VectorKind, vectorCoverage } from '../segment/index.js';
import type { IndexProblem, ProjectIndexOptions } from './options.js';

/** What collecting comes to where there is no index. */
export const NOTHING_TO_COLLECT: CollectAnswer = {
  retired: [],
  kept: [],
  denied: [],
  freedBytes: 0,
  retirements: [],
  remaining: [],
  totalBytes: 0,
};

/** What verifying comes to there. */
export const NOTHING_TO_VERIFY: VerifyAnswer = {
  ok: true,
  generation: 0,
  filesChecked: 0,
  problems: [],
  findings: [],
  notes: [],
};

/** The part of a status that the store knows. */
type StoreStatus = Pick<StatusAnswer, 'generations' | 'sizeBytes' | 'fileSystem' | 'instances'>;

/** What there is to tell where there is no store. */
export const NO_STORE_STATUS: StoreStatus = { generations: 0, sizeBytes: 0, fileSystem: 'unknown', instances: [] };

/** What the store knows of itself and of those who have it open. */
export async function readStoreStatus(store: SnapshotStore): Promise<StoreStatus> {
  const { generations, totalBytes } = await store.history();
  return {
    generations: generations.length,
    sizeBytes: totalBytes,
    fileSystem: store.describe().traits.fileSystem,
    instances: await readInstances(store),
  };
}

/** What `reading` gives; `undefined` where the directory of the store was taken away while it was open. */
export async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isStoreError(error, 'STORE_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** Told where the directory of an open index was taken away. */
export function describeGone({ root, indexPath }: Pick<ProjectIndexOptions, 'root' | 'indexPath'>): IndexProblem {
  if (!isRootThere({ root })) {
    return {
      code: 'ROOT_MISSING',
      message: `root ${root}: does not exist any more`,
      remedy:
        'Tell the user that the folder of the project was moved, deleted or unmounted. What was indexed is answered from until this process ends; it goes on when the folder is back, else it is to be started again with the folder that replaces it.',
    };
  }
  return {
    code: 'STORE_NOT_FOUND',
    message: `index ${indexPath}: does not exist any more`,
    remedy:
      'Tell the user that the directory of the index was moved, deleted or unmounted. A server that writes makes it anew from the documents by itself; `snapdex index` does so too.',
  };
}

/** The processes that have the index open: the indexer, those that follow it, those that write once, the others. */
export async function readInstances(store: SnapshotStore): Promise<StatusAnswer['instances']> {
  const instances = await store.instances();
  return instances
    .map(({ id, identity: { pid, host }, client, role }) => ({ id, pid, host, client, role: roleOf(role) }))
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.pid - b.pid);
}

const ROLES: readonly InstanceStatus['role'][] = ['indexer', 'follower', 'writer', 'reader'];

/** The part that the loaded index knows. */
export function describeIndex(index: LoadedIndex): Pick<StatusAnswer, 'documents' | 'chunks' | 'segments' | 'hold'> {
  const { view, metadata, hold } = index;
  return { documents: view.documentCount, chunks: view.chunkCount, segments: metadata.segments.length, hold };
}

/** How far the index is embedded by what this instance is configured for. */
export function describeEmbedding(
  { view }: LoadedIndex,
  {
    kind,
    loaded,
    isEmbedding,
  }: { readonly kind: string; readonly loaded: VectorKind | undefined; readonly isEmbedding: boolean },
): EmbeddingStatus {
  if (loaded === undefined) {
    return { embedder: kind, id: null, dimension: 0, embedded: 0, missing: view.chunkCount, embedding: isEmbedding };
  }
  const { id, dimension } = kindIn(view, loaded);
  const { embedded, missing } = vectorCoverage(view, loaded);
  return { embedder: kind, id, dimension, embedded, missing, embedding: isEmbedding };
}

/** Told where nobody is about to embed an index anew that another embedder was used for. */
export function findForeignEmbedder(
  { metadata }: LoadedIndex,
  loaded: VectorKind | undefined,
): readonly IndexProblem[] {
  const { id } = metadata.embedder;
  if (loaded === undefined || id === '' || id === loaded.id) return [];
  return [
    {
      code: 'EMBEDDER_DIFFERS',
      message: `embedding: the index was last written with ${id}, this process is configured for ${loaded.id}`,
      remedy:
        'Restart the servers of this project so that all have the same settings, or run `snapdex index` if none is running; vectors of another embedder are passed over.',
    },
  ];
}

function roleOf(role: string): InstanceStatus['role'] {
  return ROLES.find((known) => known === role) ?? 'reader';
}
