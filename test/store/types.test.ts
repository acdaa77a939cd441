/** What the compiler makes of a store; `npm run typecheck` is what fails. */
import { expectTypeOf, test } from 'vitest';
import {
  type Draft,
  isStoreError,
  type JsonValue,
  type Snapshot,
  SnapshotStore,
  type StoreError,
  type StoreErrorCode,
  type UpdateResult,
} from '../../dist/store/index.js';

test('an update is a draft and its base, in time or later', () => {
  type Change = Parameters<SnapshotStore['update']>[0];
  expectTypeOf<Parameters<Change>>().toEqualTypeOf<[draft: Draft, base: Snapshot]>();
  expectTypeOf<ReturnType<Change>>().toEqualTypeOf<void | Promise<void>>();
  expectTypeOf<Awaited<ReturnType<SnapshotStore['update']>>>().toEqualTypeOf<UpdateResult>();
});

test('a draft takes bytes, names and JSON', () => {
  expectTypeOf<Parameters<Draft['write']>>().toEqualTypeOf<[name: string, bytes: Uint8Array]>();
  expectTypeOf<Parameters<Draft['describe']>[0]>().toEqualTypeOf<{ readonly [key: string]: JsonValue }>();
  expectTypeOf<ReturnType<Draft['remove']>>().toEqualTypeOf<boolean>();
  // @ts-expect-error a text, whose encoding nobody has said
  const text = (draft: Draft) => draft.write('file', 'text');
  // @ts-expect-error what JSON would lose
  const date = (draft: Draft) => draft.describe({ since: new Date() });
  for (const refused of [text, date]) expectTypeOf(refused).toBeFunction();
});

test('a snapshot never changes', () => {
  expectTypeOf<Awaited<ReturnType<Snapshot['read']>>>().toEqualTypeOf<Uint8Array>();
  // @ts-expect-error its files are read
  const removed = (snapshot: Snapshot) => snapshot.files.delete('file');
  // @ts-expect-error and so is what was said of it
  const described = (snapshot: Snapshot) => (snapshot.metadata.schema = 2);
  for (const refused of [removed, described]) expectTypeOf(refused).toBeFunction();
});

test('an error is told by its code, which is one of a closed list', () => {
  expectTypeOf<StoreError['code']>().toEqualTypeOf<StoreErrorCode>();
  const codeOf = (error: unknown) => (isStoreError(error, 'STORE_HELD', 'LOCK_TIMEOUT') ? error.code : undefined);
  expectTypeOf<ReturnType<typeof codeOf>>().toEqualTypeOf<StoreErrorCode | undefined>();
  // @ts-expect-error a code that there is not
  const misspelt = (error: unknown) => isStoreError(error, 'STORE_HEDL');
  // @ts-expect-error compared with one that there is not
  const compared = (error: StoreError) => error.code === 'STORE_HEDL';
  for (const refused of [misspelt, compared]) expectTypeOf(refused).toBeFunction();
});

test('options are those that there are', () => {
  // @ts-expect-error a durability that there is not
  const durability = () => SnapshotStore.open('somewhere', { durability: 'eventual' });
  // @ts-expect-error an option that there is not
  const unknown = () => SnapshotStore.open('somewhere', { keepGenerations: 5 });
  // @ts-expect-error a store is opened, not made
  const made = () => new SnapshotStore();
  for (const refused of [durability, unknown, made]) expectTypeOf(refused).toBeFunction();
});
