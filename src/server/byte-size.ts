const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes as people read them, in powers of 1,000: `999 B`, `1.2 MB`. */
export function byteSize(bytes: number): string {
  let power = 0;
  let value = bytes;
  // What one decimal would round up to 1,000 is one of the next unit.
  while (value >= (power === 0 ? 1000 : 999.95) && power < UNITS.length - 1) {
    value /= 1000;
    power += 1;
  }
  return `${power === 0 ? bytes : value.toFixed(1)} ${UNITS[power] ?? 'B'}`;
}
