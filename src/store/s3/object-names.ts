/** Every key of a store on object storage is made and parsed here; `docs/protocol-s3.md` lists them. */
import {
  COMMIT_LOCK,
  CURRENT_FILE,
  DRAFTS_DIRECTORY,
  GENERATIONS_DIRECTORY,
  generationName,
  leaseName,
  type RecordKind,
  STORE_LOCK,
} from '../names.js';

/** Keys that outlive a store: `prefix` is empty or ends with `/`. */
export interface RootKeys {
  readonly root: string;
  readonly storeLock: string;
  /** All keys of the store of that id. */
  below(id: string): StoreKeys;
}

/** The keys of one store, from its making to its destruction. Those in plural are prefixes that end with `/`. */
export interface StoreKeys {
  readonly everything: string;
  readonly current: string;
  readonly generations: string;
  readonly drafts: string;
  readonly files: string;
  readonly probes: string;
  readonly locks: string;
  readonly commitLock: string;
  generation(generation: number): string;
  draft(draft: string): string;
  filesOf(draft: string): string;
  file(draft: string, sha256: string): string;
  records(kind: RecordKind): string;
  lease(name: string): string;
  probe(draft: string): string;
}

/** @param prefix below which the store lies in its bucket, without slashes at its ends; may be empty */
export function rootKeys(prefix: string): RootKeys {
  const base = prefix === '' ? '' : `${prefix}/`;
  return { root: `${base}store`, storeLock: base + STORE_LOCK, below: (id) => storeKeys(`${base}${id}/`) };
}

function storeKeys(everything: string): StoreKeys {
  const generations = `${everything}${GENERATIONS_DIRECTORY}/`;
  const drafts = `${everything}${DRAFTS_DIRECTORY}/`;
  const files = `${everything}files/`;
  const probes = `${everything}probes/`;
  const locks = `${everything}locks/`;
  return {
    everything,
    current: everything + CURRENT_FILE,
    generations,
    drafts,
    files,
    probes,
    locks,
    commitLock: locks + COMMIT_LOCK,
    generation: (generation) => generations + generationName(generation),
    draft: (draft) => drafts + draft,
    filesOf: (draft) => `${files}${draft}/`,
    file: (draft, sha256) => `${files}${draft}/${sha256}`,
    records: (kind) => `${everything}${kind}/`,
    lease: (name) => locks + leaseName(name),
    probe: (draft) => probes + draft,
  };
}
