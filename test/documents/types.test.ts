/** What the compiler makes of documents; `npm run typecheck` is what fails. */
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  type ChangeEntry,
  type CollectionChange,
  type CollectionDraft,
  type CollectionView,
  type DocumentChange,
  type DocumentError,
  openCollection,
  openDocument,
  type SchemaIssue,
  type StoredCollection,
  type StoredDocument,
} from '../../dist/documents/index.js';

const schema = z.object({ since: z.iso.datetime().transform((text) => new Date(text)), size: z.number().default(1) });
interface Kept {
  since: string;
  size?: number | undefined;
}
interface Read {
  since: Date;
  size: number;
}

test('a document is read as the output of its schema, and changed to its input', () => {
  const open = () => openDocument('somewhere', schema);
  type Opened = Awaited<ReturnType<typeof open>>;
  expectTypeOf<Opened>().toEqualTypeOf<StoredDocument<Read, Kept, undefined>>();
  expectTypeOf<Awaited<ReturnType<Opened['read']>>>().toEqualTypeOf<Read | undefined>();
  expectTypeOf<Parameters<Parameters<Opened['update']>[0]>>().toEqualTypeOf<[Read | undefined]>();
  expectTypeOf<ReturnType<Parameters<Opened['update']>[0]>>().toEqualTypeOf<Kept | Promise<Kept>>();
});

test('a document with an initial value is never undefined', () => {
  const open = () => openDocument('somewhere', schema, { initial: { since: '2026-01-01T00:00:00Z' } });
  type Opened = Awaited<ReturnType<typeof open>>;
  expectTypeOf<Awaited<ReturnType<Opened['read']>>>().toEqualTypeOf<Read>();
  expectTypeOf<Parameters<Parameters<Opened['subscribe']>[0]>[0]>().toEqualTypeOf<Read>();
});

test('a schema of valibot says the same as one of zod', () => {
  const since = v.pipe(
    v.string(),
    v.transform((text) => new Date(text)),
  );
  const open = () => openDocument('somewhere', v.object({ since, size: v.optional(v.number(), 1) }));
  expectTypeOf<Awaited<ReturnType<typeof open>>>().toEqualTypeOf<StoredDocument<Read, Kept, undefined>>();
});

test('a change answers with the output, and going back with what may be absent', () => {
  type Opened = StoredDocument<Read, Kept>;
  expectTypeOf<Awaited<ReturnType<Opened['update']>>>().toEqualTypeOf<DocumentChange<Read>>();
  expectTypeOf<Awaited<ReturnType<Opened['rollback']>>>().toEqualTypeOf<DocumentChange<Read | undefined>>();
  expectTypeOf<Awaited<ReturnType<Opened['history']>>>().toEqualTypeOf<readonly ChangeEntry[]>();
});

test('documents of a collection are read as the output of the schema, and changed to its input', () => {
  const open = () => openCollection('somewhere', schema);
  type Opened = Awaited<ReturnType<typeof open>>;
  expectTypeOf<Opened>().toEqualTypeOf<StoredCollection<Read, Kept>>();
  expectTypeOf<Awaited<ReturnType<Opened['get']>>>().toEqualTypeOf<Read | undefined>();
  expectTypeOf<Parameters<Opened['put']>[1]>().toEqualTypeOf<Kept>();
  expectTypeOf<Awaited<ReturnType<Opened['put']>>>().toEqualTypeOf<CollectionChange>();
  expectTypeOf<Awaited<ReturnType<Opened['read']>>>().toEqualTypeOf<CollectionView<Read>>();
  expectTypeOf<Parameters<Parameters<Opened['subscribe']>[0]>>().toEqualTypeOf<[CollectionView<Read>]>();
});

test('the draft of a collection reads and changes as the collection does', () => {
  type Change = Parameters<StoredCollection<Read, Kept>['update']>[0];
  expectTypeOf<Parameters<Change>>().toEqualTypeOf<[CollectionDraft<Read, Kept>]>();
  expectTypeOf<ReturnType<Change>>().toEqualTypeOf<void | Promise<void>>();
  type Draft = Parameters<Change>[0];
  expectTypeOf<Awaited<ReturnType<Draft['get']>>>().toEqualTypeOf<Read | undefined>();
  expectTypeOf<Parameters<Draft['put']>>().toEqualTypeOf<[key: string, value: Kept]>();
  expectTypeOf<ReturnType<Draft['delete']>>().toEqualTypeOf<boolean>();
});

test('a view of a collection cannot be changed', () => {
  type View = CollectionView<Read>;
  expectTypeOf<ReturnType<View['keys']>>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<View>().not.toHaveProperty('put');
  // @ts-expect-error what was read is counted, not set
  const altered = (view: View) => (view.count = 0);
  expectTypeOf(altered).toBeFunction();
});

test('an error has one of these codes, and what the validator said', () => {
  type Code =
    | 'DOCUMENT_INVALID'
    | 'DOCUMENT_NEWER'
    | 'DOCUMENT_NOT_MIGRATED'
    | 'NOT_A_DOCUMENT'
    | 'INVALID_ARGUMENT'
    | 'INVALID_CALL';
  expectTypeOf<DocumentError['code']>().toEqualTypeOf<Code>();
  expectTypeOf<DocumentError['issues']>().toEqualTypeOf<readonly SchemaIssue[]>();
  // @ts-expect-error a code that there is not
  const misspelt = (error: DocumentError) => error.code === 'DOCUMENT_INVLAID';
  expectTypeOf(misspelt).toBeFunction();
});

test('what does not match the schema does not compile', () => {
  // @ts-expect-error an initial value of another type
  const wrong = () => openDocument('somewhere', schema, { initial: { since: 5 } });
  // @ts-expect-error a change to the output, where the input is kept
  const confused = (document: StoredDocument<Read, Kept>) => document.update(() => ({ since: new Date(), size: 1 }));
  // @ts-expect-error the same of a document of a collection
  const put = (collection: StoredCollection<Read, Kept>) => collection.put('key', { since: new Date(), size: 1 });
  // @ts-expect-error an option that there is not
  const unknown = () => openCollection('somewhere', schema, { initial: [] });
  for (const refused of [wrong, confused, put, unknown]) expectTypeOf(refused).toBeFunction();
});
