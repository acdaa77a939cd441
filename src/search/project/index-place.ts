import { createHash } from 'node:crypto';
import os from 'node:os';
import { isS3Location } from '../../store/index.js';

/** What follows from where an index lies for those who work on it. Times in milliseconds. */
export interface IndexPlace {
  /** Machines with documents of their own may share it. */
  readonly isShared: boolean;
  /** The lease of the instance that indexes these documents. */
  readonly indexerLease: string;
  /** How often an instance that waits for something looks whether the lease is free or its holder lags. */
  readonly lookMs: number;
  /** How often one that waits for nothing looks whether the lease is free and the index still there. */
  readonly idleLookMs: number;
  /** A follower does the work itself when its changes wait this long and the indexer gives no sign of life. */
  readonly lagMs: number;
  /** A question waits no longer than this for a newer generation than the one that is loaded. */
  readonly patienceMs: number;
}

const INDEXER_LEASE = 'indexer';
const HASH_DIGITS = 12;

/** What follows from `indexPath` for an instance whose documents lie in `root`. */
export function indexPlaceOf({ root, indexPath }: { readonly root: string; readonly indexPath: string }): IndexPlace {
  if (!isS3Location(indexPath)) {
    const patienceMs = Number.POSITIVE_INFINITY;
    return { isShared: false, indexerLease: INDEXER_LEASE, lookMs: 500, idleLookMs: 2_000, lagMs: 10_000, patienceMs };
  }
  // Nobody elsewhere sees when these documents change, so they need an indexer here. A look is two requests, which
  // somebody pays for, and signs of life come every 15 seconds.
  const files = createHash('sha256').update(`${os.hostname()}\n${root}`).digest('hex').slice(0, HASH_DIGITS);
  const indexerLease = `${INDEXER_LEASE}-${files}`;
  return { isShared: true, indexerLease, lookMs: 5_000, idleLookMs: 5_000, lagMs: 40_000, patienceMs: 5_000 };
}
