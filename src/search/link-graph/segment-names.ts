import type { Segment } from '../segment/index.js';

const DOCUMENT_EXTENSION = /\.(?:md|mdx|markdown)$/i;
const SLASH = 0x2f;

/**
 * The names of the documents of one segment, dead ones included; a segment never changes, so they are made once. Paths
 * and folders are found by the hash of their folded bytes: tables of strings would take longer to make than the rest of
 * a first query.
 */
export class SegmentNames {
  readonly #segment: Segment;
  readonly #paths: HashTable;
  readonly #folders: HashTable;
  #byName: ReadonlyMap<string, readonly number[]> | undefined;
  #byAlias: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(segment: Segment) {
    this.#segment = segment;
    const { paths } = segment.parts;
    this.#paths = new HashTable(paths.count);
    this.#folders = new HashTable(paths.count);
    for (let document = 0; document < paths.count; document++) {
      const bytes = foldedBytes(paths.view(document), () => paths.text(document));
      let hash = HASH_START;
      for (const byte of bytes) {
        if (byte === SLASH && !this.#folders.has(hash)) this.#folders.add(hash, document);
        hash = hashStep(hash, byte);
      }
      this.#paths.add(hash, document);
    }
  }

  /** Documents of that folded path; several if they differ in case. */
  byPath(folded: string): readonly number[] {
    const { paths } = this.#segment.parts;
    const found = this.#paths.find(hashOf(folded));
    return found.length === 0 ? found : found.filter((document) => fold(paths.text(document)) === folded);
  }

  /** False if no document lies below the folder; true may be said wrongly. */
  mayHaveFolder(folded: string): boolean {
    return this.#folders.has(hashOf(folded));
  }

  /** Documents with that folded file name, without its extension. */
  byName(folded: string): readonly number[] {
    this.#byName ??= this.#namesWith((document) => [lastPart(withoutExtension(this.#path(document)))]);
    return this.#byName.get(folded) ?? [];
  }

  /** Documents that call themselves so in their front matter. */
  byAlias(folded: string): readonly number[] {
    this.#byAlias ??= this.#namesWith((document) => aliasesOf(this.#segment.parts.frontMatter.text(document)));
    return this.#byAlias.get(folded) ?? [];
  }

  #path(document: number): string {
    return this.#segment.parts.paths.text(document);
  }

  #namesWith(namesOf: (document: number) => readonly string[]): ReadonlyMap<string, readonly number[]> {
    const documents = new Map<string, number[]>();
    for (let document = 0; document < this.#segment.documentCount; document++) {
      for (const name of namesOf(document).map(fold)) {
        const list = documents.get(name);
        if (list === undefined) documents.set(name, [document]);
        else list.push(document);
      }
    }
    return documents;
  }
}

/** Numbers by hash, in one array that is half empty; equal hashes stand side by side. */
class HashTable {
  readonly #places: number;
  /** Hash and number plus one of each entry; 0 for a free place. */
  #entries: Uint32Array;
  #count = 0;

  constructor(expected: number) {
    this.#places = Math.max(16, 2 ** Math.ceil(Math.log2(expected * 2 + 1)));
    this.#entries = new Uint32Array(2 * this.#places);
  }

  add(hash: number, number: number): void {
    // Never full: folders are no more than documents but for chains of folders with nothing else in them.
    if (this.#count >= this.#places - 1) return;
    this.#count += 1;
    let place = hash & (this.#places - 1);
    while ((this.#entries[2 * place + 1] ?? 0) !== 0) place = (place + 1) & (this.#places - 1);
    this.#entries[2 * place] = hash;
    this.#entries[2 * place + 1] = number + 1;
  }

  has(hash: number): boolean {
    return this.#count >= this.#places - 1 || this.find(hash).length > 0;
  }

  find(hash: number): readonly number[] {
    const found: number[] = [];
    for (let place = hash & (this.#places - 1); ; place = (place + 1) & (this.#places - 1)) {
      const number = this.#entries[2 * place + 1] ?? 0;
      if (number === 0) return found;
      if (this.#entries[2 * place] === hash) found.push(number - 1);
    }
  }
}

/** FNV-1a, 32 bits. */
const HASH_START = 0x811c9dc5;

function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193) >>> 0;
}

function hashOf(text: string): number {
  let hash = HASH_START;
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place);
    if (unit >= 0x80) return hashOfBytes(Buffer.from(text));
    hash = hashStep(hash, unit);
  }
  return hash;
}

function hashOfBytes(bytes: Uint8Array): number {
  let hash = HASH_START;
  for (const byte of bytes) hash = hashStep(hash, byte);
  return hash;
}

const ASCII_FOLDED = new Uint8Array(512);

/** The UTF-8 bytes of the folded name; valid until the next call. */
function foldedBytes(bytes: Uint8Array, text: () => string): Uint8Array {
  if (bytes.length > ASCII_FOLDED.length) return Buffer.from(fold(text()));
  for (let place = 0; place < bytes.length; place++) {
    const byte = bytes[place] ?? 0;
    if (byte >= 0x80) return Buffer.from(fold(text()));
    ASCII_FOLDED[place] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
  }
  return ASCII_FOLDED.subarray(0, bytes.length);
}

/** Names on disk may be composed or decomposed, and people do not mind capitals. */
export function fold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The path without `.md`, `.mdx` or `.markdown`. */
export function withoutExtension(path: string): string {
  return path.replace(DOCUMENT_EXTENSION, '');
}

/** What stands behind the last slash. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** @param frontMatter a JSON object */
function aliasesOf(frontMatter: string): readonly string[] {
  if (!frontMatter.includes('alias')) return [];
  const { aliases, alias }: { aliases?: unknown; alias?: unknown } = parseObject(frontMatter);
  return [aliases, alias].flat().filter((value): value is string => typeof value === 'string' && value !== '');
}

function parseObject(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Damage is told of by whoever shows the front matter.
    return {};
  }
}
