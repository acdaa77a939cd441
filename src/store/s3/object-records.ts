/** Small records, one register each. */
import { createHash } from 'node:crypto';
import { isStoreError } from '../errors.js';
import { isRecordId, type RecordKind } from '../names.js';
import type { RecordEntry } from '../storage.js';
import { type ListedRegister, type RegisterState, type Registers, Unsettled } from './registers.js';
import type { StoreRoot } from './store-root.js';

/** Pins, tags and instances. */
export class ObjectRecords {
  readonly #root: StoreRoot;
  readonly #registers: Registers;
  /** What was written last under a key, so that a sign of life costs one request. */
  readonly #written = new Map<string, RegisterState>();
  /** Keys of records that could not be removed when it was asked for. */
  readonly #litter = new Set<string>();

  constructor(root: StoreRoot, registers: Registers) {
    this.#root = root;
    this.#registers = registers;
  }

  /** @throws StoreError STORE_NOT_FOUND */
  async list(kind: RecordKind): Promise<readonly RecordEntry[]> {
    let keys = await this.#root.store();
    let listed = await this.#registers.list(keys.records(kind));
    if (listed.length === 0) {
      // None must not look like those of a store that is gone.
      const seen = keys;
      keys = await this.#root.look();
      if (keys !== seen) listed = await this.#registers.list(keys.records(kind));
    }
    return listed
      .filter(({ name, isLive }) => isLive && isRecordId(name))
      .map((register) => ({ id: register.name, version: versionOf(register) }));
  }

  /** @throws StoreError STORE_NOT_FOUND */
  async read(kind: RecordKind, id: string): Promise<Uint8Array | undefined> {
    const found = await this.#registers.find(await this.#keyOf(kind, id));
    if (found === undefined) await this.#root.look();
    return found?.content;
  }

  async write(
    kind: RecordKind,
    id: string,
    bytes: Uint8Array,
    { replace }: { readonly replace: boolean },
  ): Promise<boolean> {
    const key = await this.#keyOf(kind, id);
    this.#written.delete(key);
    return this.#registers.update(key, ({ content }) => {
      const isFree = replace ? !isRevival(kind, content, bytes) : content === undefined;
      return isFree ? { content: bytes } : undefined;
    });
  }

  /** Whoever wakes up, uses the name again, or asked for it twice, must find that it was there. */
  async remove(kind: RecordKind, id: string): Promise<void> {
    await this.#registers.bury(await this.#keyOf(kind, id));
  }

  /** As `remove`; where nobody answers, it is done later, with the signs of life of this process. */
  async removeInTime(kind: RecordKind, id: string): Promise<void> {
    const key = await this.#keyOf(kind, id);
    this.#litter.add(key);
    await this.#tidyUp();
  }

  /** Removes a record of this process's own, which it never makes again. */
  async removeOwn(kind: RecordKind, id: string): Promise<void> {
    const key = await this.#keyOf(kind, id);
    this.#written.delete(key);
    await this.#registers.remove(key);
  }

  /** Changes the version of a record, if it is there. */
  async touch(kind: RecordKind, id: string): Promise<void> {
    await this.#tidyUp();
    const key = await this.#keyOf(kind, id);
    for (let state = this.#written.get(key); ; state = undefined) {
      const { etag, content } = state ?? (await this.#registers.read(key));
      this.#written.delete(key);
      if (content === undefined) return;
      const next = await this.#registers.swap(key, etag, content);
      if (next === undefined) continue;
      this.#written.set(key, { etag: next, content });
      return;
    }
  }

  async #tidyUp(): Promise<void> {
    for (const key of [...this.#litter]) {
      try {
        await this.#registers.bury(key);
      } catch (error) {
        if (error instanceof Unsettled || isStoreError(error, 'IO_FAILED')) return;
        this.#litter.delete(key);
        throw error;
      }
      this.#litter.delete(key);
    }
  }

  async #keyOf(kind: RecordKind, id: string): Promise<string> {
    return (await this.#root.store()).records(kind) + id;
  }
}

/** An instance that others took for dead stays it: nobody fills its record again. */
function isRevival(kind: RecordKind, content: Uint8Array | undefined, bytes: Uint8Array): boolean {
  return kind === 'instances' && bytes.byteLength > 0 && (content?.byteLength ?? 0) === 0;
}

/** Read as a number it is when the register was written, and it changes with every write. */
export function versionOf({ modifiedMs, etag }: ListedRegister): string {
  const digits = createHash('sha256').update(etag).digest().readUInt32BE();
  return `${modifiedMs}.${String(digits).padStart(10, '0')}`;
}
