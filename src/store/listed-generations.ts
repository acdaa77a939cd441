/** Every generation in the directory as collecting sees it, damaged and retired ones included. */
import { isStoreError } from './errors.js';
import { isStillHead } from './head.js';
import { decodeManifest, type Manifest } from './manifest.js';
import type { Storage } from './storage.js';

/** One generation in the directory. */
export interface ListedGeneration {
  readonly generation: number;
  readonly isRetired: boolean;
  /** 0 if it is missing. */
  readonly manifestBytes: number;
  /** `undefined` if the manifest cannot be read. */
  readonly manifest: Manifest | undefined;
}

/** What lies in the directory now, ascending. @throws StoreError STORE_FORMAT_NEWER when such a manifest is looked at */
export async function listGenerations(storage: Storage): Promise<readonly ListedGeneration[]> {
  const listed: ListedGeneration[] = [];
  const generations = await storage.listGenerations();
  for (const generation of generations) {
    const found = await storage.readManifest(generation);
    // The head is never retired: one that is marked so is damaged, and keeps what it may refer to.
    const isRetiredHead = found?.isRetired === true && (await isStillHead(storage, generation, generations));
    let decoded: { readonly manifest: Manifest | undefined } | undefined;
    // Collected between the listing and the look; or a damaged one, which keeps everything that it may refer to.
    listed.push({
      generation,
      isRetired: !isRetiredHead && (found?.isRetired ?? false),
      manifestBytes: found?.bytes.byteLength ?? 0,
      // Decoded when asked for: of the retired ones, of which there can be many, hardly any manifest is needed.
      get manifest() {
        decoded ??= {
          manifest: found === undefined || isRetiredHead ? undefined : readIfIntact(found.bytes, generation),
        };
        return decoded.manifest;
      },
    });
  }
  return listed;
}

function readIfIntact(bytes: Uint8Array, generation: number): Manifest | undefined {
  try {
    return decodeManifest(bytes, generation);
  } catch (error) {
    if (isStoreError(error, 'GENERATION_DAMAGED')) return undefined;
    throw error;
  }
}
