/** Whole numbers from 0 up to, not including, `limit`: the same for one seed, which a failing test names. */
export type RandomNumber = (limit: number) => number;

/** The seed of a random test: `SNAPDEX_SEED` if set, else a new one. */
export function seedOfThisRun(): number {
  return Number(process.env.SNAPDEX_SEED ?? Math.floor(Math.random() * 2 ** 31));
}

/** Mulberry32. */
export function randomNumbers(seed: number): RandomNumber {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % limit;
  };
}
