import { StoreError } from '../errors.js';
import { type ObjectStore, RequestRefused } from './object-store.js';

/**
 * The claim rests on one thing: a server that honours the conditions of a write. Tried on an object of its own.
 * @throws StoreError FILE_SYSTEM_UNSUPPORTED where it does not
 */
export async function requireConditionalWrites(objects: ObjectStore, key: string, nonce: string): Promise<void> {
  const bytesOf = (text: string): Uint8Array => Buffer.from(`${nonce} ${text}`);
  try {
    // 1. Of two who create it at the same time, one does, and its bytes are there.
    const texts = ['a', 'b'];
    await Promise.all(texts.map((text) => create(objects, key, bytesOf(text))));
    const created = await objects.get(key);
    const winner = texts.find((text) => created !== undefined && isSame(created.bytes, bytesOf(text)));
    if (created === undefined || winner === undefined) throw unsupported(objects, 'what was written is not there');
    // 2. Nobody creates what is there.
    await create(objects, key, bytesOf('c'));
    if (!isSame((await objects.get(key))?.bytes, created.bytes))
      throw unsupported(objects, '`If-None-Match: *` is ignored');
    // 3. Who knows the last state changes it.
    const etag = await objects.putIf(key, created.etag, bytesOf('d'));
    const changed = await objects.get(key);
    if (etag === undefined || !isSame(changed?.bytes, bytesOf('d')))
      throw unsupported(objects, '`If-Match` with the right ETag is refused');
    // 4. Who knows an older state does not.
    await objects.putIf(key, created.etag, bytesOf('e')).catch(() => undefined);
    if (!isSame((await objects.get(key))?.bytes, bytesOf('d'))) throw unsupported(objects, '`If-Match` is ignored');
  } finally {
    await objects.remove(key).catch(() => {});
  }
}

/** A loser may be told so by any error. */
async function create(objects: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  try {
    await objects.putIf(key, undefined, bytes);
  } catch (error) {
    if (error instanceof RequestRefused) throw error;
  }
}

function isSame(bytes: Uint8Array | undefined, wanted: Uint8Array): boolean {
  return bytes !== undefined && Buffer.compare(bytes, wanted) === 0;
}

function unsupported({ location }: ObjectStore, problem: string): StoreError {
  return new StoreError('FILE_SYSTEM_UNSUPPORTED', `${location}: conditional writes do not work (${problem})`, {
    remedy:
      'Use a bucket without versioning, on a server that honours conditional writes (AWS S3, Ceph from 16 on); two writers could overwrite each other here.',
  });
}
