/** Places for stores on object storage in memory. */
import fs from 'node:fs';
import path from 'node:path';
import { type Environment, processEnvironment } from '../../../dist/store/index.js';
import { ObjectStorage } from '../../../dist/store/s3/object-storage.js';
import type { ObjectStore } from '../../../dist/store/s3/object-store.js';
import { makeTemporaryFolder } from '../with-store.js';
import { MemoryBucket, MemoryObjects } from './memory-objects.js';

/** A bucket in memory and a folder for the caches of those who use it. */
export class MemoryPlace implements AsyncDisposable {
  readonly bucket: MemoryBucket = new MemoryBucket();
  readonly folder: string = makeTemporaryFolder();
  readonly isDurableAtOnce = true;
  #connections = 0;

  /** One more way to the store, with a cache of its own, as another machine would have it. */
  connect(
    environment: Environment = processEnvironment,
    objects: ObjectStore = new MemoryObjects(this.bucket),
  ): ObjectStorage {
    this.#connections += 1;
    const cacheDirectory = path.join(this.folder, `cache-${this.#connections}`);
    return new ObjectStorage({ objects, prefix: 'stores/one', cacheDirectory, cacheLimitBytes: 2 ** 30 }, environment);
  }

  async dispose(): Promise<void> {
    fs.rmSync(this.folder, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
