/** Choices that follow from a seed. */
export interface Chance {
  /** A number in [0, limit). */
  upTo(limit: number): number;
  /** True once in `times`, on average. */
  onceIn(times: number): boolean;
  oneOf<T>(items: readonly T[]): T | undefined;
}

/** Mulberry32. */
export function chanceFrom(seed: number): Chance {
  let state = seed | 0;
  const upTo = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit;
  };
  return {
    upTo,
    onceIn: (times) => upTo(times) < 1,
    oneOf: (items) => items[Math.floor(upTo(items.length))],
  };
}
