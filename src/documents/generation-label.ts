/** What documents and collections say of a generation, in its metadata. `docs/format.md` gives every field. */
import { z } from 'zod';
import type { JsonValue, Snapshot } from '../store/index.js';
import { DocumentError, notADocument } from './errors.js';

/** The newest format that this version reads, and the one it writes. */
const FORMAT = 1;

const headerSchema = z.object({ format: z.number(), kind: z.string() });

/**
 * The label of a generation, as far as all kinds have it in common; `undefined` for a store in which nothing was
 * written yet.
 * @throws DocumentError NOT_A_DOCUMENT, DOCUMENT_NEWER (written by a later version of snapdex)
 */
export function findLabel(snapshot: Snapshot, kind: 'document' | 'collection', store: string): JsonValue | undefined {
  if (snapshot.generation === 0) return undefined;
  const label = snapshot.metadata.snapdexDocuments;
  const header = headerSchema.safeParse(label);
  if (!header.success) throw notADocument(store, 'it holds files of another program');
  if (header.data.kind !== kind) throw notADocument(store, `it holds a ${header.data.kind}, not a ${kind}`);
  if (header.data.format === FORMAT) return label;
  throw new DocumentError('DOCUMENT_NEWER', `store ${store}: ${kind} of format ${header.data.format}`, {
    remedy: 'Update snapdex to the version that wrote it.',
  });
}

/** The metadata of a generation. */
export function labelled(
  kind: 'document' | 'collection',
  fields: { readonly [field: string]: JsonValue },
): { readonly [key: string]: JsonValue } {
  return { snapdexDocuments: { format: FORMAT, kind, ...fields } };
}
