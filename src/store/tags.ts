/** Tags: names that keep a generation for good. */
import { z } from 'zod';
import { shownName } from '../arguments/index.js';
import { isStoreError, REPAIR_REMEDY, StoreError } from './errors.js';
import { decodeManifest } from './manifest.js';
import { isRecordId, isSystemFileName, LARGEST_GENERATION, requireTagName } from './names.js';
import { readSeal, sealedLine } from './sealed-line.js';
import type { Storage } from './storage.js';

/** A name that keeps a generation. */
export interface Tag {
  readonly name: string;
  readonly generation: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** True where the generation that was named is gone, and another has its number since: somebody removed it by hand. */
  readonly isLost?: boolean;
}

/** A tag as it is written. */
export interface TagRecord extends Pick<Tag, 'name' | 'generation' | 'createdAt'> {
  /** That of the generation; earlier versions wrote none. */
  readonly nonce?: string | undefined;
}

const recordFields = {
  generation: z.number().int().min(1).max(LARGEST_GENERATION),
  createdAt: z.string(),
};
const sealedSchema = z.object({ ...recordFields, nonce: z.string().min(1).optional() });
/** Earlier versions wrote no checksum, and nothing beside these: anything more is a checksum that was damaged. */
const unsealedSchema = z.strictObject(recordFields);

/** All tags, by name, and by what number they keep: also the one of a generation that is gone. */
export async function readTags(storage: Storage): Promise<readonly TagRecord[]> {
  const tags: TagRecord[] = [];
  for (const { id } of await storage.listRecords('tags')) {
    const tag = await readTag(storage, id);
    if (tag !== undefined) tags.push(tag);
  }
  return tags.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `tags` with what has become of the generations that they name. */
export async function judgeTags(storage: Storage, tags: readonly TagRecord[]): Promise<readonly Tag[]> {
  const nonces = new Map<number, string | undefined>();
  for (const { generation, nonce } of tags)
    if (nonce !== undefined && !nonces.has(generation)) nonces.set(generation, await findNonce(storage, generation));
  return tags.map(({ nonce, ...tag }) => {
    const found = nonce === undefined ? undefined : nonces.get(tag.generation);
    return found === undefined || found === nonce ? tag : { ...tag, isLost: true };
  });
}

/** `undefined` for a generation that is not there, or cannot say it. */
async function findNonce(storage: Storage, generation: number): Promise<string | undefined> {
  const found = await storage.readManifest(generation);
  try {
    return found && decodeManifest(found.bytes, generation).nonce;
  } catch (error) {
    if (isStoreError(error, 'GENERATION_DAMAGED', 'STORE_FORMAT_NEWER')) return undefined;
    throw error;
  }
}

/** The tags that can be read, and the names of those that cannot. */
export async function readReadableTags(
  storage: Storage,
): Promise<{ readonly tags: readonly Tag[]; readonly damaged: readonly string[] }> {
  const tags: TagRecord[] = [];
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
  return { tags: await judgeTags(storage, tags), damaged };
}

/** True for the bytes of a tag. */
export function isTagRecord(bytes: Uint8Array): boolean {
  try {
    decodeTag(bytes);
    return true;
  } catch {
    return false;
  }
}

async function readTag(storage: Storage, name: string): Promise<TagRecord | undefined> {
  const bytes = await readTagRecord(storage, name);
  if (bytes === undefined) return undefined;
  try {
    return { name, ...decodeTag(bytes) };
  } catch (cause) {
    // A desktop's: no tag is called so any more.
    if (isSystemFileName(name)) return undefined;
    throw damagedTag(name, cause);
  }
}

/** Throws for bytes that are no tag, or not as they were written. */
function decodeTag(bytes: Uint8Array): Omit<TagRecord, 'name'> {
  const seal = readSeal(bytes);
  if (seal?.isIntact === false) throw new RangeError('it does not match its checksum');
  const schema = seal === undefined ? unsealedSchema : sealedSchema;
  return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
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
    remedy: `Remove the tag and set it again; until then nothing is collected. Or, of a store in a local directory: ${REPAIR_REMEDY}`,
    cause,
  });
}

/** Records a tag, durably. The caller holds a pin on the generation. @throws StoreError TAG_EXISTS, INVALID_NAME */
export async function writeTag(storage: Storage, tag: TagRecord): Promise<void> {
  requireTagName(tag.name);
  await requireNoneAlike(storage, tag.name);
  if (await storage.writeRecord('tags', tag.name, encodeTag(tag), { replace: false, sync: true })) return;
  throw new StoreError('TAG_EXISTS', `tag ${tag.name}: it exists already`, {
    remedy: 'Choose another name, or remove the tag first.',
  });
}

/** Where file names are told apart by letter case, the two would be two tags, and one tag wherever they are copied to. */
async function requireNoneAlike(storage: Storage, name: string): Promise<void> {
  const names = (await storage.listRecords('tags')).map(({ id }) => id);
  const alike = names.find((one) => one !== name && one.toLowerCase() === name.toLowerCase());
  if (alike === undefined) return;
  throw new StoreError(
    'TAG_EXISTS',
    `tag ${name}: it differs only in letter case from ${alike}, which exists already`,
    {
      remedy: 'Choose another name, or remove that tag first.',
    },
  );
}

/** Takes back a tag that was just written; one that somebody has set under that name since stays. */
export async function takeTagBack(storage: Storage, tag: TagRecord): Promise<void> {
  const bytes = await storage.readRecord('tags', tag.name);
  if (bytes !== undefined && Buffer.compare(bytes, encodeTag(tag)) === 0)
    await storage.removeRecord('tags', tag.name, { sync: true });
}

function encodeTag({ generation, createdAt, nonce }: TagRecord): Uint8Array {
  return sealedLine({ generation, createdAt, nonce });
}

/** Removes a tag, durably; what is no record of one is set aside. @throws StoreError TAG_NOT_FOUND */
export async function removeTag(storage: Storage, name: string): Promise<void> {
  if (!isRecordId(name) || !(await isTaken(storage, name))) {
    throw new StoreError('TAG_NOT_FOUND', `tag ${shownName(name)}: there is none of that name`, {
      remedy: 'The history shows the tags that there are.',
    });
  }
  await storage.removeRecord('tags', name, { sync: true });
}

/** True also where the record is damaged. */
async function isTaken(storage: Storage, name: string): Promise<boolean> {
  return (await storage.listRecords('tags')).some(({ id }) => id === name);
}
