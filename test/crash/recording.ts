/** A workload run once to its end, with all that the disk was asked and all that was promised on the way. */
import { type Environment, isStoreError, SnapshotStore, type StoreOptions } from '../../dist/store/index.js';
import { LocalStorage } from '../../dist/store/local/local-storage.js';
import { decodeManifest } from '../../dist/store/manifest.js';
import { type Disobedience, mountDisk } from './forgetful-file-system.js';
import { Interleaving, inTurns } from './interleaving.js';
import { Journal } from './journal.js';
import { Clock, environmentOf } from './machine.js';
import type { Moment } from './moment.js';
import { DirectoryNode } from './nodes.js';
import { DOING, type Writing } from './operations.js';
import { forgettingOf, type Profile } from './profiles.js';
import { PromiseLedger } from './promise-ledger.js';
import { type Files, NOTHING_PROMISED, type Promised } from './promised.js';
import { type Action, formatWorkload, type Mode, type Step, type Workload, type WriterName } from './workload.js';

/** Where the store is on every disk; its parent directory is made with it. */
export const STORE_PATH = '/project/.snapdex';

/** A workload with what it came to. */
export interface Recording {
  readonly journal: Journal;
  /** The number of events before the last step. */
  readonly lastStepFrom: number;
  /** What was promised when so many events had happened. */
  promisedAt(events: number): Promised;
}

/** What a recording begins with. */
export interface Beginning {
  readonly root: DirectoryNode;
  readonly promised: Promised;
  readonly bootId: string;
  readonly clock: Clock;
  /** Letters of the writers A and B, for their ids. */
  readonly letters: Readonly<Record<WriterName, string>>;
}

/** Runs a workload. @throws what an operation throws that nobody else's work explains */
export async function record(
  workload: Workload,
  beginning: Beginning,
  disobedience?: Disobedience,
): Promise<Recording> {
  const run = new Run(workload, beginning, disobedience);
  try {
    return await run.record();
  } finally {
    await run.end();
  }
}

/** Runs a workload on an empty disk. */
export async function recordFromNothing(workload: Workload, disobedience?: Disobedience): Promise<Recording> {
  const beginning: Beginning = {
    root: new DirectoryNode(),
    promised: NOTHING_PROMISED,
    bootId: 'boot before the crash',
    clock: new Clock(),
    letters: { A: 'a', B: 'b' },
  };
  try {
    return await record(workload, beginning, disobedience);
  } catch (cause) {
    throw new Error(`workload ${formatWorkload(workload)} cannot be run`, { cause });
  }
}

/** Goes through the instants of the last step, until `look` answers false. */
export async function eachMoment(
  { journal, lastStepFrom }: Recording,
  profile: Profile,
  isSettled: boolean,
  look: (events: number, moment: () => Moment) => Promise<boolean>,
): Promise<void> {
  const forgetting = forgettingOf(profile, journal);
  for (let events = 0; events <= journal.events.length; events++) {
    if (events > 0) forgetting.hear(events - 1);
    if (isSettled && events === lastStepFrom) forgetting.settle();
    if (events >= lastStepFrom && !(await look(events, () => forgetting.moment()))) return;
  }
}

/** What two operations at once may do to each other. */
const CONFLICTS = [
  'LOCK_TIMEOUT',
  'GENERATION_EXPIRED',
  'GENERATION_NOT_FOUND',
  'TAG_EXISTS',
  'TAG_NOT_FOUND',
] as const;

export const optionsOf = (mode: Mode, writer: WriterName): StoreOptions => ({
  durability: mode === 'deferred' || (mode === 'mixed' && writer === 'B') ? 'deferred' : 'durable',
  coordinationMode: mode === 'unlocked' ? 'none' : 'file_lock',
  collectAutomatically: false,
});

class Run {
  readonly #workload: Workload;
  readonly #beginning: Beginning;
  readonly #journal: Journal;
  readonly #ledger: PromiseLedger;
  readonly #writers = new Map<WriterName, Writing>();
  readonly #interleaving: Interleaving;
  readonly #disobedience: Disobedience | undefined;
  #steps = 0;
  #mounts = 0;

  constructor(workload: Workload, beginning: Beginning, disobedience: Disobedience | undefined) {
    this.#workload = workload;
    this.#beginning = beginning;
    this.#disobedience = disobedience;
    this.#journal = new Journal(beginning.root);
    this.#ledger = new PromiseLedger(beginning.promised, () => this.#journal.events.length);
    this.#interleaving = new Interleaving(workload.steps.at(-1)?.schedule ?? 0);
  }

  async record(): Promise<Recording> {
    let lastStepFrom = 0;
    const { steps } = this.#workload;
    // Two who come first at once open the store at once, too.
    if ((steps[0]?.actions.length ?? 1) === 1) await this.#open('A');
    for (const step of steps) {
      lastStepFrom = this.#journal.events.length;
      await this.#take(step);
    }
    this.#journal.end();
    const ledger = this.#ledger;
    return { journal: this.#journal, lastStepFrom, promisedAt: (events) => ledger.at(events) };
  }

  async end(): Promise<void> {
    for (const { store } of this.#writers.values()) await store.close().catch(() => {});
  }

  async #take(step: Step): Promise<void> {
    this.#steps += 1;
    this.#beginning.clock.advance(60_000);
    const number = this.#steps;
    if (step.actions.length === 1) for (const action of step.actions) await this.#act(action, number);
    else {
      await this.#interleaving.run(
        step.actions.map((action) => async () => {
          try {
            await this.#act(action, number);
          } catch (error) {
            if (!isStoreError(error, ...CONFLICTS)) throw error;
          }
        }),
      );
    }
  }

  async #act({ writer, operation }: Action, number: number): Promise<void> {
    const writing = this.#writers.get(writer) ?? (await this.#open(writer));
    await DOING[operation](writing, this.#ledger, number);
    if (operation === 'reopen') await this.#open(writer);
  }

  async #open(writer: WriterName): Promise<Writing> {
    const { clock, letters, bootId, root } = this.#beginning;
    const turn = (): Promise<void> => this.#interleaving.turn(writer);
    const pause = (): Promise<void> => this.#interleaving.pause(writer);
    this.#mounts += 1;
    const mounted = mountDisk(root, {
      name: `${letters[writer]}${this.#mounts}-`,
      journal: this.#journal,
      now: () => clock.nowMs,
      turn,
      ...(this.#disobedience === undefined ? {} : { disobedience: this.#disobedience }),
    });
    const fileSystem = {
      ...mounted,
      rename: (from: string, to: string) => this.#rename(mounted, from, to),
      syncDirectory: (directory: string) => this.#syncDirectory(mounted, directory),
    };
    const environment =
      this.#writers.get(writer)?.environment ??
      environmentOf({ fileSystem, clock, letter: letters[writer], bootId, pause });
    const storage = inTurns(new LocalStorage(STORE_PATH, environment), turn);
    const options = optionsOf(this.#workload.mode, writer);
    const store = await SnapshotStore.openOn(storage, { ...options, environment, client: writer });
    const isDeferred = options.durability === 'deferred';
    const writing = { store, environment, isDeferred, lastCommitted: 0, writer, letter: letters[writer] };
    if (isDeferred) this.#ledger.defer();
    this.#writers.set(writer, writing);
    return writing;
  }

  /** Hears of claims and retirements where they happen. */
  #rename(fileSystem: Environment['fileSystem'], from: string, to: string): void {
    const retired = /\/generations\/(\d{10})\/retired\.json$/.exec(to)?.[1];
    // A retirement may survive as soon as it is asked for, a claim must have been made.
    if (retired !== undefined) this.#ledger.retire(Number(retired));
    fileSystem.rename(from, to);
    const claimed = /\/generations\/(\d{10})$/.exec(to)?.[1];
    if (claimed !== undefined) this.#ledger.claim(Number(claimed), filesOf(fileSystem, Number(claimed)));
  }

  async #syncDirectory(fileSystem: Environment['fileSystem'], directory: string): Promise<void> {
    await fileSystem.syncDirectory(directory);
    const synced = /\/generations\/(\d{10})$/.exec(directory)?.[1];
    if (synced !== undefined) this.#ledger.settleRetirement(Number(synced));
  }
}

/** What a generation holds, read below the store. */
function filesOf(fileSystem: Environment['fileSystem'], generation: number): Files {
  const at = (owner: number): string => `${STORE_PATH}/generations/${String(owner).padStart(10, '0')}`;
  const { files } = decodeManifest(fileSystem.readFile(`${at(generation)}/manifest.json`), generation);
  return new Map(
    [...files].map(([name, { owner }]) => [name, Buffer.from(fileSystem.readFile(`${at(owner)}/${name}`)).toString()]),
  );
}
