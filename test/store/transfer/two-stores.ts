/** Two stores, of which one pulls from the other; both are verified when the test ends. */
import type { SnapshotStore, StoreOptions } from '../../../dist/store/index.js';
import { type StoreFolder, textOf, withStore } from '../with-store.js';

/** Runs `body` on a source and a target that are empty. */
export async function withTwoStores(
  body: (source: StoreFolder, target: StoreFolder) => Promise<void>,
  options: StoreOptions = {},
): Promise<void> {
  await withStore((source) => withStore((target) => body(source, target), options), options);
}

/** The history, oldest first, as far as every reader of either store must see it alike. */
export async function historyOf(store: SnapshotStore): Promise<readonly object[]> {
  const { generations } = await store.history();
  return generations.toReversed().map(({ generation, createdAt, operation, reason, hold, metadata, writer }) => ({
    generation,
    createdAt,
    operation,
    reason,
    hold,
    metadata,
    writer: writer.instance,
  }));
}

export function numbersOf(history: readonly object[]): readonly unknown[] {
  return history.map((one) => Reflect.get(one, 'generation'));
}

/** What the files of a generation hold, by name. */
export async function contentsOf(store: SnapshotStore, generation?: number): Promise<Readonly<Record<string, string>>> {
  await using snapshot = generation === undefined ? await store.snapshot() : await store.openGeneration(generation);
  const names = [...snapshot.files.keys()].sort();
  const texts = await Promise.all(names.map((name) => textOf(snapshot, name)));
  return Object.fromEntries(names.map((name, place) => [name, texts[place] ?? '']));
}
