import { z } from 'zod';
import type { Environment } from '../environment.js';
import { objectDamaged, storeIsGone } from '../errors.js';
import type { RootKeys, StoreKeys } from './object-names.js';
import type { RegisterState, Registers } from './registers.js';

const FORMAT = 1;
const idSchema = z.string().regex(/^[0-9a-f]{16}$/);
const rootSchema = z.union([
  z.object({ format: z.literal(FORMAT), id: idSchema }).strict(),
  z.object({ format: z.literal(FORMAT), erasing: idSchema }).strict(),
]);

/** Whether there is a store, and which: each one that is made below a prefix has an id of its own. */
export class StoreRoot {
  readonly location: string;
  readonly keys: RootKeys;
  readonly #registers: Registers;
  readonly #environment: Environment;
  #known: StoreKeys | undefined;
  #knownId: string | undefined;

  constructor(location: string, keys: RootKeys, registers: Registers, environment: Environment) {
    this.location = location;
    this.keys = keys;
    this.#registers = registers;
    this.#environment = environment;
  }

  /** The keys of the store as last seen. @throws StoreError STORE_NOT_FOUND */
  async store(): Promise<StoreKeys> {
    return this.#known ?? this.look();
  }

  /** As `store`, by a fresh look. @throws StoreError STORE_NOT_FOUND */
  async look(): Promise<StoreKeys> {
    const found = await this.find();
    if (found === undefined) throw storeIsGone(this.location);
    return found;
  }

  /** The keys of the store that is there now; `undefined` if there is none. */
  async find(): Promise<StoreKeys | undefined> {
    const root = await this.#read();
    return this.#remember(root !== undefined && 'id' in root ? root.id : undefined);
  }

  /** The id of a store whose erasing has begun and not ended. */
  async findErasing(): Promise<string | undefined> {
    const root = await this.#read();
    return root !== undefined && 'erasing' in root ? root.erasing : undefined;
  }

  /** Makes a store if there is none; of many who do, one makes it. */
  async make(): Promise<StoreKeys> {
    const id = this.#environment.uniqueId();
    await this.#registers.update(this.keys.root, (state) =>
      state.content === undefined ? { content: encode({ format: FORMAT, id }) } : undefined,
    );
    return this.look();
  }

  /** From here on there is no store. Answers the keys of what is to be deleted; `undefined` if there is nothing. */
  async beginErasing(): Promise<StoreKeys | undefined> {
    let id: string | undefined;
    await this.#registers.update(this.keys.root, (state) => {
      const root = this.#parse(state);
      id = root && ('id' in root ? root.id : root.erasing);
      return root === undefined || 'erasing' in root
        ? undefined
        : { content: encode({ format: FORMAT, erasing: root.id }) };
    });
    this.#remember(undefined);
    return id === undefined ? undefined : this.keys.below(id);
  }

  async endErasing(): Promise<void> {
    await this.#registers.update(this.keys.root, (state) => {
      const root = this.#parse(state);
      return root !== undefined && 'erasing' in root ? { content: undefined } : undefined;
    });
  }

  async #read(): Promise<z.infer<typeof rootSchema> | undefined> {
    return this.#parse(await this.#registers.read(this.keys.root));
  }

  #parse({ content }: RegisterState): z.infer<typeof rootSchema> | undefined {
    if (content === undefined) return undefined;
    try {
      return rootSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
    } catch (cause) {
      throw objectDamaged(`${this.location}: ${this.keys.root} is no store of ours`, cause);
    }
  }

  #remember(id: string | undefined): StoreKeys | undefined {
    if (id !== this.#knownId) {
      this.#knownId = id;
      this.#known = id === undefined ? undefined : this.keys.below(id);
    }
    return this.#known;
  }
}

function encode(root: z.infer<typeof rootSchema>): Uint8Array {
  return Buffer.from(JSON.stringify(root));
}
