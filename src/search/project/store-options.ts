import type { StoreOptions } from '../../store/index.js';
import type { ProjectIndexOptions } from './options.js';

/** How the store below a project's index is opened; what an index holds can be made again, so it is `deferred`. */
export function storeOptionsOf(
  options: Pick<
    ProjectIndexOptions,
    | 'client'
    | 'coordinationMode'
    | 'lockTimeoutMs'
    | 'keepGenerations'
    | 'minimumAgeMs'
    | 'maximumTotalBytes'
    | 'readOnly'
  >,
): StoreOptions {
  const { client, coordinationMode, lockTimeoutMs, keepGenerations, minimumAgeMs, maximumTotalBytes } = options;
  const { readOnly = false } = options;
  const retention = { keepGenerations, minimumAgeMs, maximumTotalBytes };
  return { durability: 'deferred', client, coordinationMode, lockTimeoutMs, retention, readOnly };
}
