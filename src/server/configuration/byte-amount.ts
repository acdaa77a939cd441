const UNITS: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['kb', 1000],
  ['mb', 1000 ** 2],
  ['gb', 1000 ** 3],
  ['tb', 1000 ** 4],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
  ['tib', 1024 ** 4],
]);

/**
 * The bytes that a text such as `500MB`, `1.5 GB`, `2GiB` or `4096` names, rounded; `undefined` if it names none. The
 * units are those of IEC 80000-13, kB to TB in powers of 1,000 and KiB to TiB in powers of 1,024; letter case does not
 * matter.
 */
export function readByteAmount(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit === '' ? 'b' : (unit ?? '').toLowerCase());
  return digits === undefined || factor === undefined ? undefined : Math.round(Number(digits) * factor);
}
