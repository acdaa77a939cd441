/** What many read at once: nobody can change it for the others. */

/** A map whose content stays what it is made with. */
export function frozenMap<K, V>(entries: Iterable<readonly [K, V]>): ReadonlyMap<K, V> {
  // A plain map, and no class of its own: it equals any other of the same content.
  return Object.defineProperties(new Map(entries), { set: REFUSED, delete: REFUSED, clear: REFUSED });
}

/** `value` itself, in which nothing can be changed any more. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

const REFUSED: PropertyDescriptor = {
  value: () => {
    throw new TypeError('a generation never changes: change its draft, or a copy of this map');
  },
};
