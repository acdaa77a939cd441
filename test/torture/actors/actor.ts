import { setTimeout as pause } from 'node:timers/promises';
import { isStoreError, type Snapshot, SnapshotStore, type StoreOptions } from '../../../dist/store/index.js';
import { type Chance, chanceFrom } from '../chance.js';
import { digestOf } from '../content.js';
import type { Kind } from '../operation.js';
import { type Acknowledgement, OperationLog } from '../operation-log.js';
import type { Task } from './task.js';

/** One process of the torture: an open store, a log, and chance. */
export class Actor {
  readonly task: Task;
  readonly log: OperationLog;
  readonly chance: Chance;
  isEnding = false;
  #store: SnapshotStore | undefined;

  constructor(task: Task) {
    this.task = task;
    this.log = new OperationLog(task.log, task.origin);
    this.chance = chanceFrom(task.seed);
  }

  /** The name of the operation that is begun next. */
  get nextName(): string {
    return `${this.task.process}.${this.log.nextNumber}`;
  }

  get store(): SnapshotStore {
    if (this.#store === undefined) throw new Error('the store is not open');
    return this.#store;
  }

  /** Opens the store, closing it first if it is open. */
  async reopen(): Promise<void> {
    await this.close();
    const { directory } = this.task;
    while (this.#store === undefined && !this.isEnding) {
      await this.attempt('open', [], async () => {
        this.#store = await SnapshotStore.open(directory, this.#options());
        return {};
      });
    }
  }

  /** Leaves; where nobody can be told of it, others find out by the silence. */
  async close(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    try {
      await store?.close();
    } catch (error) {
      if (!isStoreError(error, 'IO_FAILED')) throw error;
    }
  }

  /** Does something and writes down what became of it; the code of the refusal, if it was refused. */
  async attempt(
    kind: Kind,
    words: readonly (string | number)[],
    action: () => Promise<Acknowledgement>,
  ): Promise<string | undefined> {
    this.log.intend(kind, ...words);
    try {
      this.log.acknowledge(await action());
      return undefined;
    } catch (error) {
      if (!isStoreError(error)) throw error;
      if (error.code === 'OUTCOME_UNKNOWN') this.log.sayUnknown();
      else this.log.refuse(error.code);
      return error.code;
    }
  }

  /** Waits for up to `longestMs` milliseconds. */
  async pause(longestMs: number): Promise<void> {
    await pause(this.chance.upTo(longestMs));
  }

  #options(): StoreOptions {
    const { durability, coordinationMode, isReadOnly, slot } = this.task;
    return {
      durability,
      coordinationMode,
      readOnly: isReadOnly,
      client: slot,
      retention: { keepGenerations: 2 + Math.floor(this.chance.upTo(8)), minimumAgeMs: 0 },
      collectAutomatically: this.chance.onceIn(2),
      onWarning: (message) => this.log.warn(message),
    };
  }
}

/** The digest of all files of a snapshot, or a word that no generation has for one that is damaged. */
export async function digestOfSnapshot(snapshot: Snapshot): Promise<string> {
  if (snapshot.damage.length > 0) return 'damaged';
  const files: [string, string][] = [];
  for (const name of [...snapshot.files.keys()].sort())
    files.push([name, Buffer.from(await snapshot.read(name)).toString('latin1')]);
  return digestOf(files);
}

/** What a reader says of a snapshot that it has read completely. */
export async function readingOf(snapshot: Snapshot): Promise<Acknowledgement> {
  return { generation: snapshot.generation, digest: await digestOfSnapshot(snapshot) };
}
