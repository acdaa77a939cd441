import { StoreError } from '../errors.js';
import { type Registers, Unsettled } from './registers.js';

/**
 * The claim rests on one thing: a server that honours the conditions of a write. Tried on a register of its own.
 * @throws StoreError FILE_SYSTEM_UNSUPPORTED where it does not
 */
export async function requireConditionalWrites(registers: Registers, key: string): Promise<void> {
  const swap = (etag: string | undefined, text: string): Promise<string | undefined> =>
    registers.swap(key, etag, Buffer.from(text));
  const require = (isHonoured: boolean, problem: string): void => {
    if (!isHonoured) throw unsupported(registers.objects.location, problem);
  };
  try {
    // 1. Of two who create it at the same time, one does.
    const created = (await Promise.all(['a', 'b'].map((text) => swap(undefined, text)))).filter(
      (etag) => etag !== undefined,
    );
    require(created.length === 1, '`If-None-Match: *` is ignored');
    // 2. Nobody creates what is there.
    require((await swap(undefined, 'c')) === undefined, '`If-None-Match: *` is ignored');
    // 3. Who knows the last state changes it.
    const [etag] = created;
    require((await swapOrRefused(() => swap(etag, 'd'))) !== undefined, '`If-Match` with the right ETag is refused');
    // 4. Who knows an older state does not.
    require((await swap(etag, 'e')) === undefined, '`If-Match` is ignored');
  } finally {
    await registers.remove(key).catch(() => {});
  }
}

/** `undefined` where the server answered, but for so long with nothing else than that the condition is false. */
async function swapOrRefused(swap: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await swap();
  } catch (error) {
    if (error instanceof Unsettled && error.cause === undefined) return undefined;
    throw error;
  }
}

function unsupported(location: string, problem: string): StoreError {
  return new StoreError('FILE_SYSTEM_UNSUPPORTED', `${location}: conditional writes do not work (${problem})`, {
    remedy:
      'Use a bucket without versioning, on a server that honours conditional writes (AWS S3, Ceph from 16 on); two writers could overwrite each other here.',
  });
}
