/** What a file holds, and what may be left of it if nobody waited for the disk. */
import { type Hash, hashBytes } from './hashing.js';
import type { ChoicePoint } from './moment.js';

/** Disks write sectors of this size whole or not at all. */
export const BLOCK_BYTES = 512;

/** The content of a file at one time. It never changes: a write makes another one. */
export class Content {
  readonly bytes: Uint8Array;
  readonly what: string;
  #hash: Hash | undefined;
  #remains: readonly Content[] | undefined;

  constructor(bytes: Uint8Array, what: string = `${bytes.byteLength} bytes`) {
    this.bytes = bytes;
    this.what = what;
  }

  get hash(): Hash {
    this.#hash ??= hashBytes(this.bytes);
    return this.#hash;
  }

  /**
   * All that a crash may leave of it, nothing first and everything last: a short file (by blocks, or torn within one),
   * one of full length with a block or all of them zeroed, and one that shows what the disk held there before.
   */
  remains(): readonly Content[] {
    this.#remains ??= remainsOf(this);
    return this.#remains;
  }
}

export const EMPTY: Content = new Content(new Uint8Array());

/** What is left of a file, of `options`. */
export function pointOfBytes(path: string, options: readonly Content[]): ChoicePoint {
  return { what: `bytes of ${path}`, size: options.length, describe: (option) => options[option]?.what ?? '?' };
}

/** More blocks than this are not lost one by one. */
const SINGLE_BLOCKS = 3;
const OLD_BYTE = 0x5a;

function remainsOf(content: Content): readonly Content[] {
  const { bytes } = content;
  const size = bytes.byteLength;
  if (size === 0) return [content];
  const blocks = Math.ceil(size / BLOCK_BYTES);
  const kept = new Set([Math.floor(size / 2)]);
  for (let block = 1; block < Math.min(blocks, SINGLE_BLOCKS + 1); block++) kept.add(block * BLOCK_BYTES);
  const short = [...kept].map((length) => new Content(bytes.slice(0, length), `the first ${length} of ${size} bytes`));
  const holes = Array.from({ length: blocks === 1 ? 0 : Math.min(blocks, SINGLE_BLOCKS) }, (_, block) =>
    overwritten(bytes, block, 0, `${size} bytes, block ${block} zeroed`),
  );
  const zeros = new Content(new Uint8Array(size), `${size} zeros`);
  const old = overwritten(bytes, blocks - 1, OLD_BYTE, `${size} bytes, the last block as the disk held it before`);
  return [EMPTY, ...short, zeros, ...holes, old, content];
}

function overwritten(bytes: Uint8Array, block: number, byte: number, what: string): Content {
  const changed = Uint8Array.from(bytes);
  changed.fill(byte, block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
  return new Content(changed, what);
}
