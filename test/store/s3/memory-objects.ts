/** An object store in memory that answers as S3 does: one object at a time, strongly consistent, with conditional writes. */
import { createHash } from 'node:crypto';
import type { ListedObject, ObjectStore, StoredObject } from '../../../dist/store/s3/object-store.js';

interface Kept {
  readonly bytes: Uint8Array;
  readonly etag: string;
  modifiedMs: number;
}

/** A bucket that any number of `MemoryObjects` share, as processes do. */
export class MemoryBucket {
  readonly objects = new Map<string, Kept>();
  /** Requests so far, by what they are. */
  readonly requests = { get: 0, put: 0, putIf: 0, copy: 0, list: 0, remove: 0 };
  bytesRead = 0;
  bytesWritten = 0;

  /** Lets every object be `ms` older. */
  age(ms: number): void {
    for (const object of this.objects.values()) object.modifiedMs -= ms;
  }

  keys(part = ''): readonly string[] {
    return [...this.objects.keys()].filter((key) => key.includes(part)).sort();
  }
}

export class MemoryObjects implements ObjectStore {
  readonly location: string = 's3://memory';
  readonly #bucket: MemoryBucket;

  constructor(bucket: MemoryBucket) {
    this.#bucket = bucket;
  }

  async get(key: string): Promise<StoredObject | undefined> {
    this.#bucket.requests.get += 1;
    const found = this.#bucket.objects.get(key);
    this.#bucket.bytesRead += found?.bytes.byteLength ?? 0;
    return found && { bytes: Uint8Array.from(found.bytes), etag: found.etag };
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#bucket.requests.put += 1;
    this.#write(key, bytes);
  }

  async putIf(key: string, expectedEtag: string | undefined, bytes: Uint8Array): Promise<string | undefined> {
    this.#bucket.requests.putIf += 1;
    if (this.#bucket.objects.get(key)?.etag !== expectedEtag) return undefined;
    return this.#write(key, bytes);
  }

  async copy(from: string, to: string): Promise<boolean> {
    this.#bucket.requests.copy += 1;
    const found = this.#bucket.objects.get(from);
    if (found !== undefined) this.#bucket.objects.set(to, { ...found, modifiedMs: Date.now() });
    return found !== undefined;
  }

  async list(prefix: string, options: { readonly after?: string } = {}): Promise<readonly ListedObject[]> {
    this.#bucket.requests.list += 1;
    const { after = '' } = options;
    return this.#bucket
      .keys()
      .filter((key) => key.startsWith(prefix) && key > after)
      .flatMap((key) => {
        const found = this.#bucket.objects.get(key);
        if (found === undefined) return [];
        return [{ key, sizeBytes: found.bytes.byteLength, etag: found.etag, modifiedMs: found.modifiedMs }];
      });
  }

  async remove(key: string): Promise<void> {
    this.#bucket.requests.remove += 1;
    this.#bucket.objects.delete(key);
  }

  #write(key: string, bytes: Uint8Array): string {
    const etag = createHash('md5').update(bytes).digest('hex');
    this.#bucket.objects.set(key, { bytes: Uint8Array.from(bytes), etag, modifiedMs: Date.now() });
    this.#bucket.bytesWritten += bytes.byteLength;
    return etag;
  }
}
