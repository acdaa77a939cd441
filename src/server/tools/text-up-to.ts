/** The beginning of `text` before `end`, a unit shorter where that is between the two halves of a surrogate pair. */
export function textUpTo(text: string, end: number): string {
  // A half alone would leave text that is not valid Unicode.
  return text.slice(0, end).replace(/[\uD800-\uDBFF]$/u, '');
}
