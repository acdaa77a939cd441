import { isStoreError, StoreError } from '../errors.js';
import { forEachTogether } from '../for-each-together.js';
import { sha256 } from '../manifest.js';
import type { RecordEntry } from '../storage.js';
import { decodeGeneration, encodeGeneration, type OwnFile } from './generation-object.js';
import type { Generations } from './generations.js';
import { versionOf } from './object-records.js';
import type { ListedObject } from './object-store.js';
import { type RegisterState, type Registers, Unsettled } from './registers.js';
import type { StoreRoot } from './store-root.js';

/** What this process knows of a draft that it writes. */
interface OwnDraft {
  readonly files: Map<string, OwnFile>;
  readonly uploaded: Set<string>;
  /** Of its register, once it was written. */
  etag: string | undefined;
  /** What may have become of it: it is `claimed`, or may yet turn out to be that number. */
  fate: 'claimed' | { readonly maybe: number } | undefined;
}

const REMEMBERED_CLAIMS = 16;

/** Drafts, from their first file to the claim. `docs/protocol-s3.md` numbers the steps, and proves that they suffice. */
export class Drafts {
  readonly #root: StoreRoot;
  readonly #registers: Registers;
  readonly #generations: Generations;
  readonly #own = new Map<string, OwnDraft>();
  /** Own drafts that could not be removed. */
  readonly #litter = new Set<string>();
  /** By checksum, a file of the store, as it was when a draft first asked. */
  #elsewhere: { readonly draft: string; readonly files: ReadonlyMap<string, ListedObject> } | undefined;

  constructor(root: StoreRoot, registers: Registers, generations: Generations) {
    this.#root = root;
    this.#registers = registers;
    this.#generations = generations;
  }

  async create(draft: string): Promise<void> {
    for (const left of [...this.#litter]) await this.discard(left);
    this.#own.set(draft, newDraft());
  }

  async writeFile(draft: string, name: string, bytes: Uint8Array): Promise<void> {
    const own = this.#ownDraft(draft);
    const checksum = sha256(bytes);
    if (!own.uploaded.has(checksum)) {
      await this.#registers.objects.put((await this.#root.store()).file(draft, checksum), bytes);
      own.uploaded.add(checksum);
    }
    own.files.set(name, { sha256: checksum, sizeBytes: bytes.byteLength });
  }

  /**
   * Puts a file into a draft that the bucket has elsewhere: in a generation, or in what a writer that died has left. The
   * server copies it, for whoever owns the other one may delete it. False if there is none.
   */
  async reuseFile(draft: string, name: string, file: OwnFile): Promise<boolean> {
    const own = this.#ownDraft(draft);
    if (!own.uploaded.has(file.sha256)) {
      const found = (await this.#filesElsewhere(draft)).get(file.sha256);
      if (found?.sizeBytes !== file.sizeBytes) return false;
      const key = (await this.#root.store()).file(draft, file.sha256);
      if (!(await this.#registers.objects.copy(found.key, key))) return false;
      own.uploaded.add(file.sha256);
    }
    own.files.set(name, { sha256: file.sha256, sizeBytes: file.sizeBytes });
    return true;
  }

  /** What was uploaded goes with the draft, or with the generation that it becomes. */
  removeFile(draft: string, name: string): void {
    this.#own.get(draft)?.files.delete(name);
  }

  /** @throws an error with the code ENOENT if others have taken the draft away */
  async writeManifest(draft: string, manifest: Uint8Array): Promise<void> {
    const own = this.#ownDraft(draft);
    const content = encodeGeneration({ header: { draft, isRetired: false, files: own.files }, manifest });
    const etag = await this.#registers.swap((await this.#root.store()).draft(draft), own.etag, content);
    if (etag === undefined) throw clearedAway(draft);
    own.etag = etag;
  }

  async list(): Promise<readonly RecordEntry[]> {
    const listed = await this.#registers.list((await this.#root.store()).drafts);
    return listed
      .filter(({ isLive }) => isLive)
      .map((register) => ({ id: register.name, version: versionOf(register) }));
  }

  /**
   * THE COMMIT POINT: step 4.
   * @throws StoreError OUTCOME_UNKNOWN; an error with the code ENOENT if others have taken the draft away
   */
  async claim(draft: string, generation: number): Promise<boolean> {
    const keys = await this.#root.store();
    try {
      const isClaimed = await this.#claim(draft, generation);
      if (!isClaimed) return false;
    } catch (error) {
      if (!(error instanceof Unsettled)) throw error;
      this.#ownDraft(draft).fate = { maybe: generation };
      throw outcomeUnknown(generation, error);
    }
    this.#ownDraft(draft).fate = 'claimed';
    this.#forgetOldest();
    // (d) Whoever finds it before it is gone sees that a generation names it.
    await this.#registers.remove(keys.draft(draft)).catch(() => {});
    return true;
  }

  /** True if a claim of that number by this process was never answered. */
  isUnsettled(generation: number): boolean {
    return [...this.#own.values()].some(({ fate }) => typeof fate === 'object' && fate.maybe === generation);
  }

  /** Takes a claim of a dead number back. */
  async retract(generation: number, draft: string): Promise<void> {
    const keys = await this.#root.store();
    const found = await this.#generations.read(generation);
    if (found?.header.draft !== draft) return;
    const content = encodeGeneration({ ...found, header: { ...found.header, isRetired: false } });
    await this.#registers.swap(keys.draft(draft), undefined, content);
    await this.#generations.remove(generation);
    this.#ownDraft(draft).fate = undefined;
  }

  /** Removes an own draft that is no generation; what cannot be settled or removed now is tried again. */
  async discard(draft: string): Promise<void> {
    try {
      if (await this.#isNoGeneration(draft)) await this.#removeFiles(draft);
      await this.#registers.remove((await this.#root.store()).draft(draft));
      this.#forget(draft);
    } catch (error) {
      this.#litter.add(draft);
      if (!(error instanceof Unsettled)) throw error;
    }
  }

  /** Takes another's draft away for good. True once it cannot be claimed, and nothing is left that nobody needs. */
  async bury(draft: string): Promise<boolean> {
    // 1. Whoever looks from now on sees that it is gone.
    await this.#registers.bury((await this.#root.store()).draft(draft));
    // 2. Whoever has looked before has decided on a number that is not free any more.
    await this.#generations.fence();
    // 3. What it is now, it is for good.
    const isClaimed = await this.#isClaimedAsFarAsKnown(draft);
    if (isClaimed !== false) return isClaimed === true;
    // 4. Nobody can need them.
    await this.#removeFiles(draft);
    return true;
  }

  async #claim(draft: string, generation: number): Promise<boolean> {
    const keys = await this.#root.store();
    const key = keys.generation(generation);
    for (let fence: string | undefined; ; ) {
      // (a) After the number, and after the fence: so no burial falls in between unseen.
      const found = await this.#registers.find(keys.draft(draft));
      if (found === undefined) throw clearedAway(draft);
      // (b) The commit point.
      if ((await this.#registers.swap(key, fence, found.content)) !== undefined) return true;
      // (c) Lost, unless it was ours and somebody has retired it since, or it is a fence.
      const state = await this.#readAfterAsking(key);
      if (state.content !== undefined) return draftOf(state.content) === draft;
      fence = state.etag;
    }
  }

  /** @throws Unsettled: what was asked for before may have been done, and changed since */
  async #readAfterAsking(key: string): Promise<RegisterState> {
    try {
      return await this.#registers.read(key);
    } catch (error) {
      throw new Unsettled(key, error);
    }
  }

  /** `undefined` if a damaged generation cannot say what it was made of. */
  async #isClaimedAsFarAsKnown(draft: string): Promise<boolean | undefined> {
    try {
      return (await this.#generations.readClaimedDrafts()).has(draft);
    } catch (error) {
      if (isStoreError(error, 'STORE_DAMAGED')) return undefined;
      throw error;
    }
  }

  /** False if its files are, or may be, those of a generation; what it is then, it is for good. */
  async #isNoGeneration(draft: string): Promise<boolean> {
    const own = this.#own.get(draft);
    if (own === undefined) return !(await this.#generations.readClaimedDrafts()).has(draft);
    if (own.fate === undefined) return true;
    if (own.fate !== 'claimed' && !(await this.#settle(draft, own.fate.maybe))) own.fate = undefined;
    return own.fate === undefined;
  }

  /** Whether a claim that nobody has answered has made this generation; if not, it never will. */
  async #settle(draft: string, generation: number): Promise<boolean> {
    const key = (await this.#root.store()).generation(generation);
    for (;;) {
      const { etag, content } = await this.#registers.read(key);
      // One that cannot say what it was made of may have been made of this.
      if (content !== undefined) return (draftOf(content) ?? draft) === draft;
      if ((await this.#registers.swap(key, etag, undefined)) !== undefined) return false;
    }
  }

  async #removeFiles(draft: string): Promise<void> {
    const { objects } = this.#registers;
    const listed = await objects.list((await this.#root.store()).filesOf(draft));
    await forEachTogether(listed, ({ key }) => objects.remove(key));
  }

  async #filesElsewhere(draft: string): Promise<ReadonlyMap<string, ListedObject>> {
    if (this.#elsewhere?.draft !== draft) {
      const listed = await this.#registers.objects.list((await this.#root.store()).files);
      const files = new Map(listed.map((file) => [file.key.slice(file.key.lastIndexOf('/') + 1), file]));
      this.#elsewhere = { draft, files };
    }
    return this.#elsewhere.files;
  }

  #ownDraft(draft: string): OwnDraft {
    const own = this.#own.get(draft) ?? newDraft();
    this.#own.set(draft, own);
    return own;
  }

  /** What was claimed is remembered until it is confirmed, which comes at once. */
  #forgetOldest(): void {
    const claimed = [...this.#own].filter(([, { fate }]) => fate === 'claimed');
    for (const [draft] of claimed.slice(0, -REMEMBERED_CLAIMS)) this.#own.delete(draft);
  }

  #forget(draft: string): void {
    this.#own.delete(draft);
    this.#litter.delete(draft);
  }
}

/** The draft that a generation was made of; `undefined` if it is damaged. */
function draftOf(content: Uint8Array): string | undefined {
  try {
    return decodeGeneration(content, '').header.draft;
  } catch (error) {
    if (isStoreError(error, 'STORE_DAMAGED')) return undefined;
    throw error;
  }
}

function newDraft(): OwnDraft {
  return { files: new Map(), uploaded: new Set(), etag: undefined, fate: undefined };
}

function clearedAway(draft: string): Error {
  return Object.assign(new Error(`draft ${draft} was cleared away`), { code: 'ENOENT' });
}

/** The error for a claim that nobody has answered. */
export function outcomeUnknown(generation: number, cause: unknown): StoreError {
  const text = `generation ${generation}: nobody can tell whether the change was committed`;
  return new StoreError('OUTCOME_UNKNOWN', text, {
    remedy:
      'The object store did not answer. Look at the newest generation once it does: if it shows the change, it counts; if not, make it again.',
    cause,
  });
}
