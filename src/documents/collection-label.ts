import { z } from 'zod';
import type { JsonValue, Snapshot } from '../store/index.js';
import { notADocument } from './errors.js';
import { findLabel, labelled } from './generation-label.js';

/** A segment by the name of its file. */
export interface NamedSegment {
  readonly name: string;
  readonly lineCount: number;
}

/** What a generation of a collection is made of. */
export interface CollectionLabel {
  /** How many documents there are. */
  readonly count: number;
  /** The generation with which the documents last changed; a merge changes none. */
  readonly changedIn: number;
  /** Newest first: what one says of a key counts, whatever later ones say. */
  readonly segments: readonly NamedSegment[];
}

const EMPTY: CollectionLabel = { count: 0, changedIn: 0, segments: [] };
const wholeSchema = z.number().int().nonnegative();
const labelSchema = z.object({
  count: wholeSchema,
  changedIn: wholeSchema,
  segments: z.array(z.tuple([z.string(), wholeSchema])),
});

/** @throws DocumentError NOT_A_DOCUMENT, DOCUMENT_NEWER */
export function readCollectionLabel(snapshot: Snapshot, store: string): CollectionLabel {
  const label = findLabel(snapshot, 'collection', store);
  if (label === undefined) return EMPTY;
  const parsed = labelSchema.safeParse(label);
  if (!parsed.success) throw notADocument(store, `its collection is not valid: ${z.prettifyError(parsed.error)}`);
  const { count, changedIn, segments } = parsed.data;
  for (const [name] of segments)
    if (!snapshot.files.has(name)) throw notADocument(store, `its collection has no file ${JSON.stringify(name)}`);
  return { count, changedIn, segments: segments.map(([name, lineCount]) => ({ name, lineCount })) };
}

/** The metadata of a generation. */
export function collectionMetadata({ count, changedIn, segments }: CollectionLabel): {
  readonly [key: string]: JsonValue;
} {
  const named = segments.map(({ name, lineCount }) => [name, lineCount]);
  return labelled('collection', { count, changedIn, segments: named });
}
