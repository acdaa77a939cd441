/** The seed of random tests: printed, so that a failure can be repeated with SNAPDEX_SEED. */
const { SNAPDEX_SEED } = process.env;
const seed = SNAPDEX_SEED === undefined ? Date.now() % 2 ** 31 : Number(SNAPDEX_SEED);
let isPrinted = false;

/** Parameters for fast-check. */
export function seeded(): { readonly seed: number } {
  if (!isPrinted) console.info(`SNAPDEX_SEED=${seed}`);
  isPrinted = true;
  return { seed };
}
