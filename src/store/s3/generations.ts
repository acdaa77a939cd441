import { isStoreError } from '../errors.js';
import { generationName, parseGenerationName } from '../names.js';
import { decodeGeneration, encodeGeneration, type GenerationObject } from './generation-object.js';
import type { StoreKeys } from './object-names.js';
import type { Pointer } from './pointer.js';
import type { ListedRegister, Registers } from './registers.js';
import type { StoreRoot } from './store-root.js';

/** A generation as it was read. */
export interface ReadGeneration extends GenerationObject {
  readonly etag: string;
}

/** Headers are remembered of so many generations; far more than a history is long. */
const REMEMBERED_HEADERS = 10_000;

/** The registers of the generations. */
export class Generations {
  readonly #root: StoreRoot;
  readonly #registers: Registers;
  readonly #pointer: Pointer;
  /** By key and ETag, of which each has one content. */
  readonly #drafts = new Map<string, string>();
  #highest: { readonly keys: StoreKeys; readonly generation: number } | undefined;

  constructor(root: StoreRoot, registers: Registers, pointer: Pointer) {
    this.#root = root;
    this.#registers = registers;
    this.#pointer = pointer;
  }

  /** The head's number; 0 if there is none. @throws StoreError STORE_NOT_FOUND */
  async findHighest(): Promise<number> {
    const keys = await this.#root.store();
    if (this.#highest?.keys !== keys) return this.#findByListing(keys);
    // Numbers are claimed one after another, so from one that was the head once it goes up step by step.
    let highest = this.#highest.generation;
    while ((await this.#registers.find(keys.generation(highest + 1))) !== undefined) highest += 1;
    // The next one is not there: it was never claimed, or it is gone already, and then the pointer was above it before.
    const current = await this.#pointer.read();
    if (current === undefined || current > highest) return this.#findByListing(keys);
    this.#highest = { keys, generation: highest };
    return highest;
  }

  /** Ascending. @throws StoreError STORE_NOT_FOUND */
  async list(): Promise<readonly number[]> {
    return numbersOf(await this.listRegisters());
  }

  /** Fences too. @throws StoreError STORE_NOT_FOUND */
  async listRegisters(): Promise<readonly ListedRegister[]> {
    const keys = await this.#root.store();
    const listed = await this.#registers.list(keys.generations);
    if (listed.length > 0) return listed;
    // None must not look like an empty one.
    const now = await this.#root.look();
    return now === keys ? [] : this.#registers.list(now.generations);
  }

  /** `undefined` if there is none of that number. @throws StoreError STORE_DAMAGED */
  async read(generation: number): Promise<ReadGeneration | undefined> {
    const key = (await this.#root.store()).generation(generation);
    const found = await this.#registers.find(key);
    return found && { etag: found.etag, ...decodeGeneration(found.content, key) };
  }

  /** Its manifest, or what is in the place of one. */
  async readManifest(
    generation: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly isRetired: boolean } | undefined> {
    const key = (await this.#root.store()).generation(generation);
    const found = await this.#registers.find(key);
    if (found === undefined) return undefined;
    try {
      const { header, manifest } = decodeGeneration(found.content, key);
      return { bytes: manifest, isRetired: header.isRetired };
    } catch (error) {
      if (!isStoreError(error, 'STORE_DAMAGED')) throw error;
      return { bytes: found.content, isRetired: false };
    }
  }

  /** Takes a generation out of history, if it is there. */
  async retire(generation: number): Promise<void> {
    const key = (await this.#root.store()).generation(generation);
    await this.#registers.update(key, ({ content }) => {
      const found = content && decodeGeneration(content, key);
      if (found === undefined || found.header.isRetired) return undefined;
      return { content: encodeGeneration({ ...found, header: { ...found.header, isRetired: true } }) };
    });
  }

  /** Removes a number that is below the head, and so nobody's for good. */
  async remove(generation: number): Promise<void> {
    await this.#pointer.raiseAbove(generation);
    await this.#registers.remove((await this.#root.store()).generation(generation));
  }

  /**
   * Makes every claim vain that was decided on before, wherever it is on its way: the number above the head is not
   * absent any more, nor the fence that it was.
   */
  async fence(): Promise<void> {
    for (;;) {
      const next = (await this.findHighest()) + 1;
      const key = (await this.#root.store()).generation(next);
      const { etag, content } = await this.#registers.read(key);
      if (content !== undefined) continue;
      if ((await this.#registers.swap(key, etag, undefined)) !== undefined) return;
    }
  }

  /**
   * The drafts that the generations which are there were made of.
   * @throws StoreError STORE_DAMAGED if one cannot say what it was made of
   */
  async readClaimedDrafts(): Promise<ReadonlySet<string>> {
    const drafts = new Set<string>();
    for (const { key, etag, isLive } of await this.listRegisters()) {
      const draft = isLive ? await this.#draftOf(key, etag) : undefined;
      if (draft !== undefined) drafts.add(draft);
    }
    return drafts;
  }

  async #draftOf(key: string, etag: string): Promise<string | undefined> {
    const known = this.#drafts.get(`${key} ${etag}`);
    if (known !== undefined) return known;
    const found = await this.#registers.find(key);
    if (found === undefined) return undefined;
    const { draft } = decodeGeneration(found.content, key).header;
    if (this.#drafts.size >= REMEMBERED_HEADERS) this.#drafts.clear();
    this.#drafts.set(`${key} ${found.etag}`, draft);
    return draft;
  }

  async #findByListing(keys: StoreKeys): Promise<number> {
    // The head is never collected, so what was the highest once is a place to begin at for ever.
    const known = this.#highest?.keys === keys ? this.#highest.generation : 0;
    const after = known > 1 ? { after: generationName(known - 1) } : {};
    const highest = numbersOf(await this.#registers.list(keys.generations, after)).at(-1);
    if (highest === undefined) return this.#explainNone(keys, known);
    this.#highest = { keys, generation: highest };
    return highest;
  }

  /** The store is gone, or another one is in its place, or this one has no generation. */
  async #explainNone(keys: StoreKeys, known: number): Promise<number> {
    const now = await this.#root.look();
    this.#highest = undefined;
    return now === keys && known === 0 ? 0 : this.#findByListing(now);
  }
}

/** What the registers of generations say without being read. */
export function numbersOf(listed: readonly ListedRegister[]): readonly number[] {
  return listed.flatMap(({ name, isLive }) => (isLive ? (parseGenerationName(name) ?? []) : []));
}
