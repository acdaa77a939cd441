/** Random moments; the seed is printed, and SNAPDEX_SEED takes it back (moments of real time repeat only nearly). */
const { SNAPDEX_SEED } = process.env;
const seed = SNAPDEX_SEED === undefined ? Date.now() % 2 ** 31 : Number(SNAPDEX_SEED);
console.info(`SNAPDEX_SEED=${seed}`);

let state = seed;

/** A number in [0, limit), from mulberry32. */
export function randomUpTo(limit: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit;
}

/** At most `count` of them, chosen at random, in their order. */
export function sampleOf<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(randomUpTo(all.length)));
  return all.filter((_, index) => chosen.has(index));
}
