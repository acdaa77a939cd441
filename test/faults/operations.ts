/** What is done to a store while its calls fail, and what must be true afterwards. */
import type { Snapshot, SnapshotStore } from '../../dist/store/index.js';
import { bytesOf, ONLY_THE_HEAD, textOf } from '../store/with-store.js';

/** The content of a generation: text by name. */
export type Content = Readonly<Record<string, string>>;

/** The history that every case begins with, oldest first. */
export const HISTORY: readonly Content[] = [
  { a: '1', old: '1' },
  { a: '2', old: '1' },
  { a: '3', old: '1', 'dir/b': '3' },
];

export interface Operation {
  readonly name: string;
  readonly durability: 'durable' | 'deferred';
  /** Whether the store is opened by the operation itself. */
  readonly opens: boolean;
  /** Calls `acknowledge` when the change counts, whatever fails later. */
  run(store: SnapshotStore, acknowledge: () => void): Promise<unknown>;
  /** What the head shows once it has succeeded. */
  readonly after: Content;
}

const [oldest, , newest] = [HISTORY[0] ?? {}, HISTORY[1] ?? {}, HISTORY[2] ?? {}];
const changed: Content = { ...newest, a: '4', 'dir/deep/c': '4' };

export const OPERATIONS: readonly Operation[] = [
  { name: 'durable commit', durability: 'durable', opens: false, run: change, after: changed },
  { name: 'deferred commit', durability: 'deferred', opens: false, run: changeAndFlush, after: changed },
  { name: 'load', durability: 'durable', opens: true, run: readAll, after: newest },
  { name: 'opening', durability: 'deferred', opens: true, run: async () => {}, after: newest },
  { name: 'rollback', durability: 'durable', opens: false, run: (store) => store.rollback(1), after: oldest },
  {
    name: 'collecting',
    durability: 'durable',
    opens: false,
    run: (store) => store.collect(ONLY_THE_HEAD),
    after: newest,
  },
  { name: 'tagging', durability: 'durable', opens: false, run: (store) => store.tag('release', 2), after: newest },
  { name: 'verifying', durability: 'durable', opens: false, run: (store) => store.verify(), after: newest },
];

/** Brings a store to `HISTORY`. */
export async function makeHistory(store: SnapshotStore): Promise<void> {
  for (const content of HISTORY) {
    await store.update((draft, base) => {
      for (const [name, text] of Object.entries(content)) draft.write(name, bytesOf(text));
      for (const name of base.files.keys()) if (content[name] === undefined) draft.remove(name);
    });
  }
}

/** What the newest generation shows, every file read. */
export async function contentOf(store: SnapshotStore): Promise<Content> {
  return contentIn(await store.snapshot());
}

/** What a snapshot shows, every file read. */
export async function contentIn(snapshot: Snapshot): Promise<Content> {
  const content: Record<string, string> = {};
  for (const name of [...snapshot.files.keys()].sort()) content[name] = await textOf(snapshot, name);
  return content;
}

async function change(store: SnapshotStore): Promise<void> {
  await store.update((draft) => {
    draft.write('a', bytesOf('4'));
    draft.write('dir/deep/c', bytesOf('4'));
  });
}

async function changeAndFlush(store: SnapshotStore, acknowledge: () => void): Promise<void> {
  await change(store);
  acknowledge();
  await store.flush();
}

async function readAll(store: SnapshotStore): Promise<void> {
  await contentOf(store);
  await using old = await store.openGeneration(1);
  await old.read('a');
}
