import { inProgramWords } from '../../remedies/index.js';
import { isStoreError, SnapshotStore } from '../../store/index.js';
import { indexPlaceOf } from './index-place.js';
import type { ProjectIndexOptions } from './options.js';
import { COMMIT_WARNING, type ProblemList } from './problem-list.js';
import { storeOptionsOf } from './store-options.js';

/**
 * The store below a project's index. A server makes the index it needs; whoever only reads leaves no trace, mends nothing
 * that is damaged, and gets `undefined` where there is none.
 *
 * @throws StoreError as `SnapshotStore.open`
 */
export async function openProjectStore(
  options: ProjectIndexOptions,
  problems: ProblemList,
): Promise<SnapshotStore | undefined> {
  const { indexPath } = options;
  const isReader = options.mode === 'read';
  const storeOptions = storeOptionsOf(options);
  try {
    const store = await SnapshotStore.open(indexPath, {
      ...storeOptions,
      readOnly: isReader || storeOptions.readOnly === true,
      onWarning: (message, about) =>
        problems.set(about === 'commit' ? COMMIT_WARNING : `warning ${message}`, {
          code: 'STORE_WARNING',
          message: inProgramWords(message),
          remedy: 'Nothing is lost; `snapdex verify` checks the whole store.',
        }),
    });
    const { readOnlyReason } = store.describe();
    // Whoever came to write is told so by what cannot be done.
    if (readOnlyReason !== undefined && options.mode === 'serve' && options.readOnly !== true) {
      problems.set('read-only', {
        code: 'STORE_READ_ONLY',
        message: `index ${indexPath}: ${readOnlyReason}`,
        remedy: indexPlaceOf(options).isShared
          ? 'Queries work on what is there; let the credentials write too, or say by `--read-only` (`read_only`) that it is meant so.'
          : 'Queries work on what is there; make the directory writable to let the index follow the files.',
      });
    }
    if (options.mode === 'once' && readOnlyReason === undefined) {
      await store.introduce({ role: 'writer' }).catch(() => {
        // Others see it as a reader; where the disk is full it can still make room.
      });
    }
    return store;
  } catch (error) {
    if (isReader && isStoreError(error, 'STORE_NOT_FOUND')) return undefined;
    throw error;
  }
}
