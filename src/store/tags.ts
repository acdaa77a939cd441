/** Tags: names that keep a generation for good. */
import { z } from 'zod';
import { isStoreError, REPAIR_REMEDY, StoreError } from './errors.js';
import { isRecordId, isSystemFileName, LARGEST_GENERATION, requireTagName } from './names.js';
import { parseRecord } from './process-identity.js';
import type { Storage } from './storage.js';

/** A name that keeps a generation. */
export interface Tag {
  readonly name: string;
  readonly generation: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

const tagSchema = z.object({
  generation: z.number().int().min(1).max(LARGEST_GENERATION),
  createdAt: z.string(),
});

/** All tags, by name. */
export async function readTags(storage: Storage): Promise<readonly Tag[]> {
  const tags: Tag[] = [];
  for (const { id } of await storage.listRecords('tags')) {
    const tag = await readTag(storage, id);
    if (tag !== undefined) tags.push(tag);
  }
  return tags.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The tags that can be read, and the names of those that cannot. */
export async function readReadableTags(
  storage: Storage,
): Promise<{ readonly tags: readonly Tag[]; readonly damaged: readonly string[] }> {
  const tags: Tag[] = [];
  const damaged: string[] = [];
  for (const { id } of await storage.listRecords('tags')) {
    try {
      const tag = await readTag(storage, id);
      if (tag !== undefined) tags.push(tag);
    } catch (error) {
      if (!isStoreError(error, 'STORE_DAMAGED')) throw error;
      damaged.push(id);
    }
  }
  return { tags, damaged };
}

/** True for the bytes of a tag. */
export function isTagRecord(bytes: Uint8Array): boolean {
  const record = parseRecord(bytes, tagSchema);
  return record !== undefined && record !== 'lost';
}

async function readTag(storage: Storage, name: string): Promise<Tag | undefined> {
  const bytes = await readTagRecord(storage, name);
  if (bytes === undefined) return undefined;
  try {
    return { name, ...tagSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))) };
  } catch (cause) {
    // A desktop's: no tag is called so any more.
    if (isSystemFileName(name)) return undefined;
    throw damagedTag(name, cause);
  }
}

async function readTagRecord(storage: Storage, name: string): Promise<Uint8Array | undefined> {
  try {
    return await storage.readRecord('tags', name);
  } catch (error) {
    throw isStoreError(error, 'STORE_DAMAGED') ? damagedTag(name, error) : error;
  }
}

function damagedTag(name: string, cause: unknown): StoreError {
  return new StoreError('STORE_DAMAGED', `tag ${name}: its record is damaged`, {
    remedy: `Remove the tag and set it again; until then nothing is collected. Or: ${REPAIR_REMEDY}`,
    cause,
  });
}

/** Records a tag, durably. The caller holds a pin on the generation. @throws StoreError TAG_EXISTS, INVALID_NAME */
export async function writeTag(storage: Storage, tag: Tag): Promise<void> {
  requireTagName(tag.name);
  if (await storage.writeRecord('tags', tag.name, encodeTag(tag), { replace: false, sync: true })) return;
  throw new StoreError('TAG_EXISTS', `tag ${tag.name}: it exists already`, {
    remedy: 'Choose another name, or remove the tag first.',
  });
}

/** Takes back a tag that was just written; one that somebody has set under that name since stays. */
export async function takeTagBack(storage: Storage, tag: Tag): Promise<void> {
  const bytes = await storage.readRecord('tags', tag.name);
  if (bytes !== undefined && Buffer.compare(bytes, encodeTag(tag)) === 0)
    await storage.removeRecord('tags', tag.name, { sync: true });
}

function encodeTag({ generation, createdAt }: Tag): Uint8Array {
  return Buffer.from(`${JSON.stringify({ generation, createdAt })}\n`);
}

/** Removes a tag, durably; what is no record of one is set aside. @throws StoreError TAG_NOT_FOUND */
export async function removeTag(storage: Storage, name: string): Promise<void> {
  if (!isRecordId(name) || !(await isTaken(storage, name))) {
    throw new StoreError('TAG_NOT_FOUND', `tag ${JSON.stringify(name)}: there is none of that name`, {
      remedy: 'The history shows the tags that there are.',
    });
  }
  await storage.removeRecord('tags', name, { sync: true });
}

/** True also where the record is damaged. */
async function isTaken(storage: Storage, name: string): Promise<boolean> {
  return (await storage.listRecords('tags')).some(({ id }) => id === name);
}
