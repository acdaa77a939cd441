import { z } from 'zod';
import type { Environment } from './environment.js';
import { draftOwner, isUniqueId } from './names.js';
import type { ResolvedOptions } from './options.js';
import { pinOwner } from './pins.js';
import { judgeProcess, type ProcessIdentity, parseRecord, processIdentitySchema } from './process-identity.js';
import { type SignsOfLife, signsOfLifeIn } from './signs-of-life.js';
import type { HeldLock, RecordEntry, Storage } from './storage.js';

/** A store that some process has open. */
export interface Instance {
  readonly id: string;
  readonly identity: ProcessIdentity;
  readonly client: string;
  /** What the application says it is doing; `''` if it said nothing. */
  readonly role: string;
  /** ISO 8601. */
  readonly openedAt: string;
}

const instanceSchema = z.object({
  identity: processIdentitySchema,
  client: z.string(),
  role: z.string(),
  openedAt: z.string(),
});

const HEARTBEAT_MS = 10_000;
/** Six missed signs of life, on the watcher's own monotonic clock. */
const SILENT_AFTER_MS = 60_000;
/** A draft of nobody (a probe of a store that is just opening, or a copied directory) is left alone this long. */
const ORPHAN_GRACE_MS = 3_600_000;

/** The instance of that id; `undefined` if its record is gone or of no known form, `lost` if its bytes are. */
export async function readInstance(storage: Storage, id: string): Promise<Instance | 'lost' | undefined> {
  const bytes = await storage.readRecord('instances', id);
  if (bytes === undefined) return undefined;
  const record = parseRecord(bytes, instanceSchema);
  return record === undefined || record === 'lost' ? record : { id, ...record };
}

/** This open store among the others: its registration, its signs of life, and clearing up after dead ones. */
export class InstanceRegistry {
  readonly #storage: Storage;
  readonly #environment: Environment;
  readonly #options: ResolvedOptions;
  readonly #openedAt: string;
  readonly #signs: SignsOfLife;
  #id: string;
  #client: string;
  #role = '';
  /** True if the record says what was described last. */
  #isTold = false;
  #lock: HeldLock | undefined;
  #timer: NodeJS.Timeout | undefined;
  #rejoining: Promise<void> = Promise.resolve();

  constructor(storage: Storage, environment: Environment, options: ResolvedOptions) {
    this.#storage = storage;
    this.#environment = environment;
    this.#signs = signsOfLifeIn(environment);
    this.#options = options;
    this.#client = options.client;
    this.#openedAt = new Date(environment.now()).toISOString();
    this.#id = environment.uniqueId();
  }

  /** The id under which this store is registered now. */
  get id(): string {
    return this.#id;
  }

  /** What the application calls itself now. */
  get client(): string {
    return this.#client;
  }

  /** Registers, and keeps giving signs of life until `leave`. @throws StoreError LOCK_TIMEOUT */
  async join(): Promise<void> {
    await this.#register();
  }

  /** Registers under a new id if others took this one for dead, or if it could not `join`, as on a full disk. */
  async rejoinIfForgotten(): Promise<void> {
    // One at a time: two would register twice, and one of them would never leave.
    const turn = this.#rejoining.then(() => this.#rejoinIfForgotten());
    this.#rejoining = turn.catch(() => {});
    await turn;
  }

  async leave(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#lock?.release();
    this.#lock = undefined;
  }

  /** False from the moment at which somebody begins to clear up after the instance. */
  async isRegistered(id: string): Promise<boolean> {
    const bytes = await this.#storage.readRecord('instances', id);
    return bytes !== undefined && bytes.length > 0;
  }

  /** Changes what others read about this instance. */
  async describe(about: { readonly client?: string; readonly role?: string }): Promise<void> {
    const { client = this.#client, role = this.#role } = about;
    this.#isTold &&= client === this.#client && role === this.#role;
    if (this.#isTold) return;
    this.#client = client;
    this.#role = role;
    // Whoever was taken for dead stays it under this id; the next commit registers under another.
    if (this.#lock === undefined || !(await this.isRegistered(this.#id))) return;
    await this.#storage.writeRecord('instances', this.#id, this.#record(), { replace: true, sync: false });
    this.#isTold = true;
  }

  /** Every registered instance that may be alive. */
  async list(): Promise<readonly Instance[]> {
    const instances: Instance[] = [];
    for (const entry of await this.#storage.listRecords('instances')) {
      const instance = await readInstance(this.#storage, entry.id);
      if (instance !== undefined && instance !== 'lost' && !this.#isGone(entry, instance)) instances.push(instance);
    }
    return instances;
  }

  /** Which of `ids` nobody is registered under any more. */
  async findGone(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const registered = new Set((await this.#storage.listRecords('instances')).map((entry) => entry.id));
    return new Set(ids.filter((id) => !registered.has(id)));
  }

  /**
   * Clears up after instances that died, or slept so long that they seem to have. In this order and no other: an
   * instance that sees itself registered while it has a draft keeps its pins for as long as it has that draft.
   */
  async reap(): Promise<void> {
    // What no store has named is somebody's, here as among the drafts and pins.
    const entries = (await this.#storage.listRecords('instances')).filter(({ id }) => isUniqueId(id));
    const dead = new Set<string>();
    for (const entry of entries) {
      if (entry.id !== this.#id && this.#isGone(entry, await readInstance(this.#storage, entry.id))) dead.add(entry.id);
    }
    const known = new Set(entries.map((entry) => entry.id));
    const isLeft = (owner: string | undefined, entry: RecordEntry): boolean =>
      owner === undefined || !known.has(owner) ? this.#isOld(entry) : dead.has(owner);
    // 1. Empty the record, which nobody fills again: it is dead for everybody, also if clearing up ends here.
    const options = { replace: true, sync: false };
    for (const id of dead) await this.#storage.writeRecord('instances', id, new Uint8Array(), options);
    // 2. Bury the drafts: what has not been claimed by now never is.
    const unsure = new Set<string | undefined>();
    for (const draft of await this.#storage.listDrafts()) {
      const owner = draftOwner(draft.id);
      if (owner === undefined && !isUniqueId(draft.id)) continue;
      const isGone = isLeft(owner, draft) && (await this.#storage.buryDraft(draft.id));
      if (!isGone) unsure.add(owner);
    }
    // 3. Remove the pins of those that have no draft left.
    for (const pin of await this.#storage.listRecords('pins')) {
      const owner = pinOwner(pin.id);
      if (owner === undefined) continue;
      if (isLeft(owner, pin) && !unsure.has(owner)) await this.#storage.removeRecord('pins', pin.id, { sync: false });
    }
    // 4. Remove the record, last, so that a crash here is repeated.
    for (const id of dead) {
      if (!unsure.has(id)) await this.#storage.removeRecord('instances', id, { sync: false });
    }
  }

  async #rejoinIfForgotten(): Promise<void> {
    // A record that could not be removed when this store left is there for a while, and goes at any moment.
    if (this.#lock !== undefined && (await this.isRegistered(this.#id))) return;
    this.#id = this.#environment.uniqueId();
    await this.#register();
  }

  async #register(): Promise<void> {
    const { lockTimeoutMs: timeoutMs } = this.#options;
    this.#lock = await this.#storage.shareStore({ holder: this.#id, record: this.#record(), timeoutMs });
    this.#timer ??= setInterval(() => void this.#beat(), HEARTBEAT_MS).unref();
  }

  async #beat(): Promise<void> {
    try {
      await this.#storage.touchRecord('instances', this.#id);
    } catch (error) {
      this.#options.onWarning(
        `no sign of life could be given (${String(error)}); other hosts may take this instance for dead`,
      );
    }
  }

  #record(): Uint8Array {
    const identity = this.#environment.identity();
    return Buffer.from(JSON.stringify({ identity, client: this.#client, role: this.#role, openedAt: this.#openedAt }));
  }

  #isGone(entry: RecordEntry, instance: Instance | 'lost' | undefined): boolean {
    const identity = instance === 'lost' ? instance : instance?.identity;
    const verdict = judgeProcess(identity, this.#environment.identity());
    if (verdict !== 'unknown') return verdict === 'dead';
    return this.#signs.silentMs(`${this.#storage.location} ${entry.id}`, entry.version) > SILENT_AFTER_MS;
  }

  #isOld(entry: RecordEntry): boolean {
    return this.#environment.now() - Number(entry.version) > ORPHAN_GRACE_MS;
  }
}
