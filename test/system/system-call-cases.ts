/** Which system call of which operation something happens to, and running one such case. */
import fs from 'node:fs';
import path from 'node:path';
import { SnapshotStore } from '../../dist/store/index.js';
import { type Content, makeHistory, OPERATIONS } from '../faults/operations.js';
import { BEFORE } from './aftermath.js';
import { Mount } from './mounts.js';
import { Operator, type Task } from './operator.js';
import { Tracing } from './strace.js';

type Operation = Pick<(typeof OPERATIONS)[number], 'name' | 'durability' | 'opens'> & {
  /** What the newest generation shows before and after. */
  readonly before: Content;
  readonly after: Content;
};

const TRIED = ['durable commit', 'deferred commit', 'opening', 'rollback', 'collecting', 'tagging'];

/** The operations that are tried; a store that is opened for the first time is not there before. */
export const TRACED_OPERATIONS: readonly Operation[] = [
  ...OPERATIONS.filter(({ name }) => TRIED.includes(name)).map((operation) => ({ ...operation, before: BEFORE })),
  { name: 'first opening', durability: 'durable', opens: true, before: {}, after: {} },
];

/** A call that an operation makes on its store. */
export interface PlannedCall {
  readonly systemCall: string;
  /** Among the calls of that kind by one thread, counted from 1; of `write`, among those on the store. */
  readonly nth: number;
}

/** What an operation calls when nothing goes wrong. */
export interface CallPlan {
  readonly calls: readonly PlannedCall[];
  /** Of the store's files, for a case of those ids. */
  pathsFor(ids: string): readonly string[];
}

/** Folders for cases, in memory. */
export class Workshop implements Disposable {
  readonly #mount = Mount.tmpfs('size=256m');
  readonly #templates = new Map<string, string>();
  #cases = 0;

  /** A store of its own for one case, and what is done to it. */
  async task(operation: Operation, isMortal: boolean): Promise<Task> {
    this.#cases += 1;
    const ids = this.#cases.toString(16).padStart(8, 'f');
    const folder = path.join(this.#mount.folder, ids);
    const directory = path.join(folder, 'store');
    fs.mkdirSync(path.join(folder, 'reports'), { recursive: true });
    if (operation.name !== 'first opening')
      fs.cpSync(await this.#template(operation.durability), directory, { recursive: true, preserveTimestamps: true });
    const { durability, opens, name } = operation;
    const options = { durability, lockTimeoutMs: 200, collectAutomatically: false };
    return { directory, reports: path.join(folder, 'reports'), operation: name, opens, ids, options, isMortal };
  }

  remove(task: Task): void {
    fs.rmSync(path.dirname(task.directory), { recursive: true });
  }

  /** Does the operation once and looks what it calls. */
  async plan(operation: Operation, isMortal: boolean): Promise<CallPlan> {
    const task = await this.task(operation, isMortal);
    const operator = new Operator();
    await operator.prepare(task);
    const tracing = await Tracing.attach(operator.pid, logOf(task));
    const answer = await operator.step('act');
    const seen = await tracing.detach();
    await operator.kill();
    this.remove(task);
    if (answer?.isAcknowledged !== true)
      throw new Error(`${operation.name} without a fault: ${JSON.stringify(answer)}`);
    const isOfStore = (one: string): boolean => one === task.directory || one.startsWith(`${task.directory}/`);
    const counts = new Map<string, number>();
    const calls = seen.flatMap(({ thread, name, paths }) => {
      const isOnStore = paths.some(isOfStore);
      // Node writes to itself, as often as it likes.
      if (name === 'write' && !isOnStore) return [];
      const key = `${thread} ${name}`;
      const nth = (counts.get(key) ?? 0) + 1;
      counts.set(key, nth);
      return isOnStore ? [{ systemCall: name, nth }] : [];
    });
    const paths = [...new Set(seen.flatMap((call) => call.paths.filter(isOfStore)))];
    return { calls, pathsFor: (ids) => paths.map((one) => one.replaceAll(task.ids, ids)) };
  }

  async #template(durability: Operation['durability']): Promise<string> {
    const known = this.#templates.get(durability);
    if (known !== undefined) return known;
    const directory = path.join(this.#mount.folder, `template-${durability}`);
    const store = await SnapshotStore.open(directory, { durability, collectAutomatically: false });
    await makeHistory(store);
    await store.close();
    this.#templates.set(durability, directory);
    return directory;
  }

  [Symbol.dispose](): void {
    this.#mount[Symbol.dispose]();
  }
}

/** The calls of a plan; threads whose calls are counted alike count as one. */
export function distinctCalls({ calls }: CallPlan): readonly PlannedCall[] {
  const keys = new Set<string>();
  return calls.filter(({ systemCall, nth }) => keys.size !== keys.add(`${systemCall} ${nth}`).size);
}

/** Where `strace` writes to in a case. */
export function logOf(task: Task): string {
  return path.join(path.dirname(task.directory), 'calls');
}
