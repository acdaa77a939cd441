import path from 'node:path';
import { readFields, requirePath } from './argument-checks.js';
import { ENVIRONMENT, type Environment, processEnvironment } from './environment.js';
import { storeErrorFrom } from './errors.js';
import { requireWritablePlace } from './local/place-trial.js';
import { isS3Location } from './s3/s3-location.js';

/** How to try a place. */
export interface PlaceOptions {
  /** Time, chance and the file system; for tests. */
  readonly environment?: Environment;
}

/**
 * Resolves where a store could be written, or made: a local directory, or a place on S3 (`s3://bucket/prefix`). Makes no
 * store and leaves nothing behind: it tries a rename in a folder that it removes again, in a bucket an object of its own
 * (of which a bucket with versioning keeps the versions).
 * @throws StoreError what `SnapshotStore.open` would: INVALID_OPTION (a file, other people's files, inside a store),
 * STORE_READ_ONLY, STORE_DAMAGED, FILE_SYSTEM_UNSUPPORTED, STORE_NOT_FOUND (the bucket is missing), NO_SPACE, IO_FAILED
 */
export async function requireStorePlace(directory: string, options: PlaceOptions = {}): Promise<void> {
  const { environment = processEnvironment } = readFields('options', options, { environment: ENVIRONMENT });
  if (isS3Location(directory)) {
    const { openS3Storage } = await import('./s3/open-s3-storage.js');
    const storage = await openS3Storage(directory, environment);
    return orStoreError(() => storage.requireWritablePlace(), storage.location);
  }
  const root = path.resolve(requirePath('directory', directory));
  return orStoreError(async () => requireWritablePlace(root, environment), root);
}

async function orStoreError(tryOut: () => Promise<void>, location: string): Promise<void> {
  try {
    await tryOut();
  } catch (error) {
    throw storeErrorFrom(error, `open ${location}`);
  }
}
