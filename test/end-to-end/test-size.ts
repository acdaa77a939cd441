/** True with `SNAPDEX_FULL=1`: the whole corpus, all commits of the replay, hundreds of kills. */
const isFull = process.env.SNAPDEX_FULL === '1';

/** How much of something a test does: `quick` in every run, `full` with `SNAPDEX_FULL=1`. */
export function sized<T>({ quick, full }: { readonly quick: T; readonly full: T }): T {
  return isFull ? full : quick;
}

/** Figures are reported, never asserted: speed is asserted nowhere. */
export function report(what: string, figures: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stderr.write(`  ${what}: ${text.join(', ')}\n`);
}
