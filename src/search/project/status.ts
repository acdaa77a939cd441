import type { SnapshotStore, VerifyResult } from '../../store/index.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { CollectAnswer, InstanceStatus, StatusAnswer, VerifyAnswer } from '../requests.js';

/** What collecting comes to where there is no index. */
export const NOTHING_TO_COLLECT: CollectAnswer = {
  retired: [],
  kept: [],
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

/** What verifying found, as it is told. */
export function answerVerified({ ok, generation, filesChecked, problems, notes }: VerifyResult): VerifyAnswer {
  const messages = problems.map((problem) => problem.message);
  return { ok, generation, filesChecked, problems: messages, findings: problems, notes };
}

/** The part of a status that the store knows. */
export async function readStoreStatus(
  store: SnapshotStore,
): Promise<Pick<StatusAnswer, 'generations' | 'sizeBytes' | 'fileSystem' | 'instances'>> {
  const { generations } = await store.history();
  const instances = await store.instances();
  return {
    generations: generations.length,
    // Files are shared between generations, so each counts where it was written; what older ones left is in the newest.
    sizeBytes: generations.reduce((sum, entry) => sum + entry.ownSizeBytes, inheritedBytes(generations)),
    fileSystem: store.describe().traits.fileSystem,
    instances: instances.map(({ id, identity, client, role }) => ({
      id,
      pid: identity.pid,
      host: identity.host,
      client,
      role: roleOf(role),
    })),
  };
}

/** The part that the loaded index knows. */
export function describeIndex(index: LoadedIndex): Pick<StatusAnswer, 'documents' | 'chunks' | 'segments' | 'hold'> {
  const { view, metadata, hold } = index;
  return { documents: view.documentCount, chunks: view.chunkCount, segments: metadata.segments.length, hold };
}

function roleOf(role: string): InstanceStatus['role'] {
  return role === 'indexer' || role === 'follower' ? role : 'reader';
}

/** Bytes that the oldest generation shares with collected ones. */
function inheritedBytes(generations: readonly { readonly sizeBytes: number; readonly ownSizeBytes: number }[]): number {
  const oldest = generations.at(-1);
  return oldest === undefined ? 0 : oldest.sizeBytes - oldest.ownSizeBytes;
}
