import { expect, test } from 'vitest';
import { DocumentFilter, StatCache } from '../../../dist/search/documents/index.js';
import { IndexingPool } from '../../../dist/search/indexing/indexing-pool.js';
import { DocumentSync } from '../../../dist/search/project/document-sync.js';
import { IndexLocation } from '../../../dist/search/project/index-location.js';
import { IndexReader } from '../../../dist/search/project/index-reader.js';
import { Indexer } from '../../../dist/search/project/indexer.js';
import { ProblemList } from '../../../dist/search/project/problem-list.js';
import { ProjectEmbedder } from '../../../dist/search/project/project-embedder.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { projectWith } from './temporary-project-index.js';

/** Merges as slowly as it is told to. */
class GatedPool extends IndexingPool {
  readonly #isOpen: Promise<unknown>;
  merges = 0;

  constructor(isOpen: Promise<unknown>) {
    super(1);
    this.#isOpen = isOpen;
  }

  override async merge(...task: Parameters<IndexingPool['merge']>): Promise<Uint8Array> {
    this.merges += 1;
    await this.#isOpen;
    return super.merge(...task);
  }
}

test('what is saved while segments are merged is indexed before they are', async () => {
  await using project = await projectWith({});
  await using store = await SnapshotStore.open(`${project.root}/.snapdex`);
  let open = (): void => {};
  const pool = new GatedPool(
    new Promise<void>((resolve) => {
      open = resolve;
    }),
  );
  const { indexer, reader, save } = openIndexer(project, store, pool);
  for (let number = 0; number < 8; number++) {
    await save(`${number}.md`);
    if (number < 7) await indexer.runAndMerge();
  }
  const merging = indexer.runAndMerge();
  await until(() => pool.merges === 1);

  await save('late.md');
  await indexer.run();
  expect(reader.current.view.find('late.md')).toBeDefined();
  open();
  await merging;
  expect(reader.current.view.segments).toHaveLength(2);
  await pool.close();
  reader.close();
});

type Project = Awaited<ReturnType<typeof projectWith>>;

function openIndexer(
  project: Project,
  store: SnapshotStore,
  pool: IndexingPool,
): { readonly indexer: Indexer; readonly reader: IndexReader; save(path: string): Promise<void> } {
  const { root, indexPath } = project;
  const problems = new ProblemList(() => {});
  const reader = new IndexReader(store, problems, { isVerifying: true, location: new IndexLocation(indexPath) });
  const filter = new DocumentFilter({ root });
  const shared = { pool, problems, root, indexPath, maximumBytes: 1_000_000, onProgress: () => {} };
  const sync = new DocumentSync({
    ...shared,
    filter,
    cache: new StatCache(),
    current: () => reader.current,
    onUnsure: () => {},
  });
  const embedder = new ProjectEmbedder({ embedder: 'local' }, problems);
  return {
    indexer: new Indexer({ ...shared, store, reader, sync, embedder }),
    reader,
    save: async (path) => {
      await project.write(path, `# ${path}\n`);
      await sync.look([path]);
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
