import { StoreError } from '../../store/index.js';
import type { ProjectIndexOptions } from './options.js';

/**
 * Refuses to write an index that somebody wants only read: what the store says of its directory is no help there.
 * @throws StoreError STORE_READ_ONLY
 */
export function requireNotReadOnly({
  indexPath,
  readOnly = false,
}: Pick<ProjectIndexOptions, 'indexPath' | 'readOnly'>): void {
  if (!readOnly) return;
  throw new StoreError('STORE_READ_ONLY', `index ${indexPath}: it was opened read-only`, {
    remedy: 'Do it where the index is written, or leave `--read-only` (`read_only`) out here.',
  });
}
