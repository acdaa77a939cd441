/** The content of a generation's register, and of a draft's: a header of the storage's own, then the manifest. */
import { z } from 'zod';
import { objectDamaged } from '../errors.js';

/** A file that a generation wrote itself. */
export interface OwnFile {
  /** Of its content, 64 hex digits; also its name below the draft's. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What the storage says of a generation, beside its manifest. */
export interface GenerationHeader {
  /** The draft that this was; below its name lie the generation's own files. */
  readonly draft: string;
  readonly isRetired: boolean;
  readonly files: ReadonlyMap<string, OwnFile>;
}

/** A generation as it is stored. */
export interface GenerationObject {
  readonly header: GenerationHeader;
  readonly manifest: Uint8Array;
}

const FORMAT = 1;
const NEWLINE = 0x0a;

const headerSchema = z.object({
  format: z.literal(FORMAT),
  draft: z.string().min(1),
  isRetired: z.boolean(),
  files: z.record(
    z.string(),
    z.tuple([z.string().regex(/^[0-9a-f]{64}$/), z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)]),
  ),
});

export function encodeGeneration({ header, manifest }: GenerationObject): Uint8Array {
  const { draft, isRetired, files } = header;
  const entries = [...files].map(([name, { sha256, sizeBytes }]) => [name, [sha256, sizeBytes]]);
  const line = JSON.stringify({ format: FORMAT, draft, isRetired, files: Object.fromEntries(entries) });
  return Buffer.concat([Buffer.from(line), Buffer.of(NEWLINE), manifest]);
}

/** @throws StoreError STORE_DAMAGED, which names `key`, if it is not what was written */
export function decodeGeneration(content: Uint8Array, key: string): GenerationObject {
  const end = content.indexOf(NEWLINE);
  if (end === -1) throw objectDamaged(`${key}: it has no header`);
  const { draft, isRetired, files } = parseHeader(content.subarray(0, end), key);
  const own = Object.entries(files).map(([name, [sha256, sizeBytes]]): [string, OwnFile] => [
    name,
    { sha256, sizeBytes },
  ]);
  return { header: { draft, isRetired, files: new Map(own) }, manifest: content.subarray(end + 1) };
}

function parseHeader(line: Uint8Array, key: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(Buffer.from(line).toString('utf8')));
  } catch (cause) {
    throw objectDamaged(`${key}: its header is damaged`, cause);
  }
}
