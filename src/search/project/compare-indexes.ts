import { type ContentDiff, diffContents, type NamedContent, type Snapshot } from '../../store/index.js';
import { SegmentCatalog } from '../indexing/segment-catalog.js';
import type { DocumentDiff } from '../requests/index.js';

/**
 * What differs between the documents of two generations of an index, by path and by content. Two indexed states are
 * compared, not the files of today.
 * @throws SearchError SEGMENT_DAMAGED, SEGMENT_FORMAT_NEWER; StoreError GENERATION_DAMAGED, GENERATION_EXPIRED
 */
export async function compareIndexes(before: Snapshot, after: Snapshot): Promise<DocumentDiff> {
  // One catalog for both: segments that the two share are opened once.
  const catalog = new SegmentCatalog();
  try {
    return byPath(diffContents(await readDocuments(catalog, before), await readDocuments(catalog, after)));
  } finally {
    catalog.close();
  }
}

async function readDocuments(catalog: SegmentCatalog, snapshot: Snapshot): Promise<ReadonlyMap<string, NamedContent>> {
  const { view } = await catalog.load(snapshot);
  return new Map([...view.files()].map(({ path, contentHash, sizeBytes }) => [path, { contentHash, sizeBytes }]));
}

function byPath({ added, changed, removed, renamed, unchanged }: ContentDiff): DocumentDiff {
  return {
    added: added.map(({ name, ...rest }) => ({ path: name, ...rest })),
    changed: changed.map(({ name, ...rest }) => ({ path: name, ...rest })),
    removed: removed.map(({ name, ...rest }) => ({ path: name, ...rest })),
    renamed,
    unchanged,
  };
}
