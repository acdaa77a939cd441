import type { SearchAnswer } from '../requests/index.js';

/**
 * Says that the first page of a ranking was of another generation, if it was. A ranking has no keys to go on behind: what
 * is committed in between moves its entries, and a page may repeat some or leave some out.
 */
export function firstPageNote(first: number, generation: number): Pick<SearchAnswer, 'firstPageGeneration'> {
  return first === generation ? {} : { firstPageGeneration: first };
}
