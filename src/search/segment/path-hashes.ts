import { crc32 } from 'node:zlib';
import type { StringList } from './sorted-strings.js';

/** Hashes of strings, ascending, and the number of the string that each is of. */
export interface StringHashes {
  readonly hashes: Uint32Array;
  readonly numbers: Uint32Array;
}

/** The hashes of byte strings. */
export function hashStrings(strings: readonly Uint8Array[]): StringHashes {
  const hashed = strings.map((bytes, number) => ({ hash: crc32(bytes), number }));
  hashed.sort((a, b) => a.hash - b.hash || a.number - b.number);
  return {
    hashes: Uint32Array.from(hashed, ({ hash }) => hash),
    numbers: Uint32Array.from(hashed, ({ number }) => number),
  };
}

/** The hashes of a list of byte strings. */
export function hashList(list: StringList): StringHashes {
  return hashStrings(Array.from({ length: list.count }, (_, index) => list.view(index)));
}

/** From how many times as long a list is searched rather than walked over. */
const SEARCHED_FROM = 8;

/**
 * Numbers of the strings of `own` that may be in one of `others`, ascending: all that are, and by chance, with equal
 * hashes, others.
 */
export function possiblyShared(own: StringHashes, others: readonly StringHashes[]): readonly number[] {
  const shared = new Set<number>();
  for (const other of others) addShared(own, other.hashes, shared);
  return [...shared].sort((a, b) => a - b);
}

function addShared({ hashes, numbers }: StringHashes, others: Uint32Array, shared: Set<number>): void {
  const isSearched = others.length >= SEARCHED_FROM * hashes.length;
  let place = 0;
  for (let entry = 0; entry < hashes.length && place < others.length; entry++) {
    const hash = hashes[entry] ?? 0;
    if (isSearched) place = firstNotBelow(others, hash, place);
    else while (place < others.length && (others[place] ?? 0) < hash) place++;
    if (others[place] === hash) shared.add(numbers[entry] ?? 0);
  }
}

function firstNotBelow(hashes: Uint32Array, hash: number, from: number): number {
  let low = from;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hashes[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}
