/** `T` with fields left out that may be undefined. */
type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** A copy without the fields that are undefined: what may be left out may not be undefined. */
export function defined<T extends object>(given: T): Defined<T>;
export function defined(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
