/** Generations of an index by what users call them: comparing and naming. */
import type { Snapshot, SnapshotStore, Tag } from '../../store/index.js';
import type { ComparedGeneration, ComparisonRequest, DocumentDiff, TagRequest } from '../requests.js';
import { chosenGeneration } from './chosen-generation.js';
import { compareIndexes } from './compare-indexes.js';

/** What differs between the documents of two generations. */
export interface Comparison {
  readonly from: ComparedGeneration;
  readonly to: ComparedGeneration;
  readonly documents: DocumentDiff;
}

/**
 * Compares what was indexed in two generations.
 * @param newest the generation that stands in for one that is not named
 * @throws StoreError TAG_NOT_FOUND, GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
 */
export async function compareGenerations(
  store: SnapshotStore,
  { from, to }: ComparisonRequest,
  newest: number,
): Promise<Comparison> {
  await using before = await store.openGeneration(await chosenGeneration(store, from));
  await using after = await store.openGeneration(to === undefined ? newest : await chosenGeneration(store, to));
  return { from: described(before), to: described(after), documents: await compareIndexes(before, after) };
}

function described({ generation, manifest }: Snapshot): ComparedGeneration {
  return { generation, createdAt: manifest?.createdAt ?? '' };
}

/** Names a generation, by default the newest. @throws StoreError TAG_EXISTS, INVALID_NAME, and as comparing */
export async function tagGeneration(store: SnapshotStore, { name, generation }: TagRequest): Promise<Tag> {
  return store.tag(name, generation === undefined ? undefined : await chosenGeneration(store, generation));
}
