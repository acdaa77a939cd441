/** What the compiler makes of documents; `npm run typecheck` is what fails. */
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { openDocument, type StoredDocument } from '../../dist/documents/index.js';

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

test('what does not match the schema does not compile', () => {
  // @ts-expect-error an initial value of another type
  const wrong = () => openDocument('somewhere', schema, { initial: { since: 5 } });
  // @ts-expect-error a change to the output, where the input is kept
  const confused = (document: StoredDocument<Read, Kept>) => document.update(() => ({ since: new Date(), size: 1 }));
  expectTypeOf(wrong).toBeFunction();
  expectTypeOf(confused).toBeFunction();
});
