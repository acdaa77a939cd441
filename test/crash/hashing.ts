/** Hashes of two times 32 bits: what tells crash states apart. Sums of mixed parts, so that no order matters. */

/** Two independent halves of one hash. */
export interface Hash {
  readonly low: number;
  readonly high: number;
}

export const SEEDS: Hash = { low: 0x243f6a88, high: 0x85a308d3 };

/** Stirs `b` into `a`; the constants are those of MurmurHash3's finisher. */
export function mix(a: number, b: number): number {
  let mixed = Math.imul(a ^ (a >>> 16) ^ b, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed + Math.imul(b, 0x9e3779b1)) ^ (mixed >>> 16);
}

/** Stirs a hash into another one. */
export function mixHash(a: Hash, b: Hash): Hash {
  return { low: mix(a.low, b.low), high: mix(a.high, b.high) };
}

/** The hash of some bytes. */
export function hashBytes(bytes: Uint8Array): Hash {
  let low = mix(SEEDS.low, bytes.byteLength);
  let high = mix(SEEDS.high, bytes.byteLength);
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high + byte, 0x0100014b) ^ (high >>> 15);
  }
  return { low: mix(low, 1), high: mix(high, 2) };
}

const known = new Map<string, Hash>();

/** The hash of a text; texts are few and come again and again. */
export function hashText(text: string): Hash {
  const before = known.get(text);
  if (before !== undefined) return before;
  const hash = hashBytes(Buffer.from(text));
  known.set(text, hash);
  return hash;
}
