/** The manifest of a generation: what it is made of, who made it and from what. `docs/format.md` gives every byte. */
import { z } from 'zod';
import { DecodedManifests } from './decoded-manifests.js';
import { DAMAGED_GENERATION_REMEDY, StoreError } from './errors.js';
import { deepFreeze, frozenMap } from './frozen.js';
import { type JsonValue, jsonValueSchema } from './json.js';
import { findNameProblem, LARGEST_GENERATION } from './names.js';
import { readSeal, sealedLine } from './sealed-line.js';

export { sha256 } from './sealed-line.js';

/** The newest format that this version reads, and the one it writes. */
export const MANIFEST_FORMAT = 1;

/** One file of a generation. */
export interface FileEntry {
  /** The generation in whose directory the file lies: this one, or an older one that shares it. */
  readonly owner: number;
  readonly sizeBytes: number;
  /** SHA-256 of the content, 64 hex digits. */
  readonly sha256: string;
}

/** The store refuses updates until somebody resumes it. */
export interface Hold {
  /** The generation whose content was restored. */
  readonly rolledBackTo: number;
  /** ISO 8601. */
  readonly since: string;
  readonly by: string;
}

/** Who wrote a generation. */
export interface Writer {
  /** The open store that wrote it. */
  readonly instance: string;
  readonly client: string;
  readonly host: string;
  readonly pid: number;
  readonly bootId: string;
}

/** A generation's whole description. */
export interface Manifest {
  readonly generation: number;
  readonly parent: { readonly generation: number; readonly nonce: string } | null;
  /** The draft that became this generation; no two drafts have the same. */
  readonly nonce: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly writer: Writer;
  /** `update`, `rollback` or `resume`. */
  readonly operation: string;
  readonly reason: string;
  /**
   * `passing` or `on-top`, as `Arrival` has it, if a pull made the generation and it is no copy of the source's; not
   * there for any other, nor in what earlier versions wrote.
   */
  readonly arrival?: string | undefined;
  /** Generations, this one included, that were visible before all they wrote was on the disk. */
  readonly unsynced: readonly number[];
  readonly hold: Hold | null;
  /** What the application says about this generation. */
  readonly metadata: { readonly [key: string]: JsonValue };
  readonly files: ReadonlyMap<string, FileEntry>;
  /** For every recent writer, its last commit: the answer to "did my claim count?". */
  readonly writers: ReadonlyMap<string, { readonly nonce: string; readonly generation: number }>;
}

const generationSchema = z.number().int().min(1).max(LARGEST_GENERATION);
const entrySchema = z.tuple([
  generationSchema,
  z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  z.string().regex(/^[0-9a-f]{64}$/),
]);

const manifestSchema = z.object({
  format: z.literal(MANIFEST_FORMAT),
  features: z.array(z.string()).max(0),
  generation: generationSchema,
  parent: z.object({ generation: generationSchema, nonce: z.string() }).nullable(),
  nonce: z.string().min(1),
  createdAt: z.string(),
  writer: z.object({
    instance: z.string(),
    client: z.string(),
    host: z.string(),
    pid: z.number().int(),
    bootId: z.string(),
  }),
  operation: z.string(),
  reason: z.string(),
  arrival: z.string().optional(),
  unsynced: z.array(generationSchema),
  hold: z.object({ rolledBackTo: generationSchema, since: z.string(), by: z.string() }).nullable(),
  metadata: z.record(z.string(), jsonValueSchema),
  files: z.record(z.string(), entrySchema),
  writers: z.record(z.string(), z.tuple([z.string(), generationSchema])),
});

/** The bytes of `manifest.json`. The checksum stands last and covers every byte before its own key. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return sealedLine({
    format: MANIFEST_FORMAT,
    features: [],
    generation: manifest.generation,
    parent: manifest.parent,
    nonce: manifest.nonce,
    createdAt: manifest.createdAt,
    writer: manifest.writer,
    operation: manifest.operation,
    reason: manifest.reason,
    ...(manifest.arrival === undefined ? {} : { arrival: manifest.arrival }),
    unsynced: manifest.unsynced,
    hold: manifest.hold,
    metadata: manifest.metadata,
    files: Object.fromEntries(
      [...manifest.files].map(([name, file]) => [name, [file.owner, file.sizeBytes, file.sha256]]),
    ),
    writers: Object.fromEntries([...manifest.writers].map(([id, last]) => [id, [last.nonce, last.generation]])),
  });
}

/** Enough for the history that is kept by default of a store of twenty thousand files. */
const DECODED_BYTES = 32 * 1024 * 1024;
/** What the objects of the smallest manifest take. */
const EMPTY_BYTES = 2048;
/** Of an entry that two manifests share, the checksum is the larger part. */
const CHECKSUM_DIGITS = 64;
const decoded = new DecodedManifests(DECODED_BYTES);

/**
 * The manifest in `bytes`, which were found in the directory of `generation`. Everybody in this process gets the same
 * object, in which nothing can be changed.
 * @throws StoreError GENERATION_DAMAGED if they are not what was written, STORE_FORMAT_NEWER if they were written by a
 * later version.
 */
export function decodeManifest(bytes: Uint8Array, generation: number): Manifest {
  const name = String(generation);
  const seal = readSeal(bytes);
  if (seal === undefined) throw damaged(name, `manifest of ${bytes.byteLength} bytes has no checksum at its end`);
  if (!seal.isIntact) throw damaged(name, 'the manifest does not match its checksum');
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const manifest = decoded.find(seal.checksum) ?? parseAndKeep(content, name, seal.checksum);
  if (manifest.generation !== generation) throw damaged(name, `the manifest is of generation ${manifest.generation}`);
  return manifest;
}

/** Bytes of all files of a generation, shared ones included. */
export function totalSizeBytes(manifest: Manifest): number {
  let total = 0;
  for (const file of manifest.files.values()) total += file.sizeBytes;
  return total;
}

function parseAndKeep(content: Buffer, name: string, checksum: string): Manifest {
  const like = decoded.newest;
  const manifest = parseManifest(content, name, like);
  let shared = 0;
  for (const [file, entry] of like?.files ?? []) if (manifest.files.get(file) === entry) shared += 1;
  decoded.keep(checksum, manifest, EMPTY_BYTES + content.byteLength - shared * CHECKSUM_DIGITS);
  return manifest;
}

function parseManifest(content: Buffer, name: string, like: Manifest | undefined): Manifest {
  try {
    return readManifestValue(JSON.parse(content.toString('utf8')), name, like);
  } catch (error) {
    // No JSON, or nested deeper than the stack: a checksum says that bytes are as written, not that they make sense.
    if (error instanceof SyntaxError || error instanceof RangeError) throw damaged(name, error.message);
    throw error;
  }
}

function readManifestValue(value: unknown, name: string, like: Manifest | undefined): Manifest {
  requireKnownFormat(value, name);
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw damaged(name, `the manifest is not valid: ${z.prettifyError(parsed.error)}`);
  const { files, writers, ...rest } = parsed.data;
  return Object.freeze({
    ...deepFreeze(rest),
    files: frozenMap(
      Object.entries(files).map(([file, [owner, sizeBytes, checksum]]) => {
        const problem = findNameProblem(file);
        if (problem !== undefined) throw damaged(name, `file name ${JSON.stringify(file)} ${problem}`);
        if (owner > rest.generation)
          throw damaged(name, `file ${JSON.stringify(file)} is owned by the later generation ${owner}`);
        return [file, entryLike(like?.files.get(file), { owner, sizeBytes, sha256: checksum })];
      }),
    ),
    writers: frozenMap(
      Object.entries(writers).map(([id, [nonce, last]]) => [id, Object.freeze({ nonce, generation: last })]),
    ),
  });
}

/** `known` if it says the same: most files of a generation are those of the one before, and need no place of their own. */
function entryLike(known: FileEntry | undefined, entry: FileEntry): FileEntry {
  const isSame = known?.sha256 === entry.sha256 && known.owner === entry.owner && known.sizeBytes === entry.sizeBytes;
  return isSame ? known : Object.freeze(entry);
}

const formatSchema = z.object({ format: z.number(), features: z.array(z.string()) });

function requireKnownFormat(value: unknown, name: string): void {
  const parsed = formatSchema.safeParse(value);
  if (!parsed.success) throw damaged(name, 'the manifest names no format');
  const { format, features } = parsed.data;
  if (format <= MANIFEST_FORMAT && features.length === 0) return;
  const what = format > MANIFEST_FORMAT ? `format ${format}` : `the features ${features.join(', ')}`;
  throw new StoreError(
    'STORE_FORMAT_NEWER',
    `generation ${name}: written with ${what}, this version knows format ${MANIFEST_FORMAT}`,
    {
      remedy: 'Update snapdex to the version that wrote this store, or use another index directory.',
    },
  );
}

function damaged(name: string, problem: string): StoreError {
  return new StoreError('GENERATION_DAMAGED', `generation ${name}: ${problem}`, {
    remedy: DAMAGED_GENERATION_REMEDY,
  });
}
