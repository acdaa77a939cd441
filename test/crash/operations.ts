/** What the writers of a workload do. */
import type { Environment, SnapshotStore } from '../../dist/store/index.js';
import type { PromiseLedger } from './promise-ledger.js';
import type { OperationName, WriterName } from './workload.js';

/** One writer at work. */
export interface Writing {
  readonly writer: WriterName;
  /** No writer of an earlier life has the same. */
  readonly letter: string;
  readonly store: SnapshotStore;
  readonly environment: Environment;
  readonly isDeferred: boolean;
  lastCommitted: number;
}

const COLLECT_ALL = { keepGenerations: 1, minimumAgeMs: 0 } as const;
/** More than one block. */
const KEPT = 'kept '.repeat(300);

/** What each operation does, and what it promises when it is done. */
export const DOING: Readonly<
  Record<OperationName, (writing: Writing, ledger: PromiseLedger, number: number) => Promise<void>>
> = {
  update: async (writing, ledger, number) => {
    const result = await writing.store.update((draft, base) => {
      draft.write('a', Buffer.from(`${writing.writer}${number} on ${base.generation}`));
      if (!base.files.has('kept')) draft.write('kept', Buffer.from(KEPT));
      if (number % 2 === 1) draft.write('folder/b', Buffer.from(`${writing.writer}${number}`));
    });
    committed(writing, ledger, result);
  },
  ensure: async (writing, ledger) => {
    const result = await writing.store.update(async (draft, base) => {
      const before = base.files.has('a') ? Buffer.from(await base.read('a')).toString() : undefined;
      if (before !== 'the same') draft.write('a', Buffer.from('the same'));
    });
    committed(writing, ledger, result);
  },
  rollback: async (writing, ledger) => {
    committed(writing, ledger, await writing.store.rollback(await oldestOf(writing.store)));
  },
  tag: async (writing, ledger, number) => tag(writing, ledger, number, await oldestOf(writing.store)),
  mark: async (writing, ledger, number) => tag(writing, ledger, number, (await writing.store.snapshot()).generation),
  untag: async ({ store }, ledger) => {
    const [tag] = await store.tags();
    if (tag === undefined) return;
    ledger.beginUntag(tag.name);
    await store.untag(tag.name);
    ledger.endUntag(tag.name);
  },
  collect: async ({ store }) => {
    await store.collect(COLLECT_ALL);
  },
  flush,
  reopen: async (writing, ledger) => {
    const { lastCommitted } = writing;
    await writing.store.close();
    ledger.acknowledge(lastCommitted);
  },
};

async function flush(writing: Writing, ledger: PromiseLedger): Promise<void> {
  const { lastCommitted } = writing;
  await writing.store.flush();
  ledger.acknowledge(lastCommitted);
}

async function tag(writing: Writing, ledger: PromiseLedger, number: number, generation: number): Promise<void> {
  const name = `${writing.letter}-${number}`;
  ledger.beginTag(name, generation);
  await writing.store.tag(name, generation);
  ledger.endTag(name, generation);
}

function committed(
  writing: Writing,
  ledger: PromiseLedger,
  result: { readonly generation: number; readonly isNew: boolean },
): void {
  if (!writing.isDeferred) ledger.acknowledge(result.generation);
  else if (result.isNew) writing.lastCommitted = result.generation;
}

async function oldestOf(store: SnapshotStore): Promise<number> {
  const { generations } = await store.history();
  return generations.at(-1)?.generation ?? 1;
}
