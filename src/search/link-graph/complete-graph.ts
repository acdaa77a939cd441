import type { IndexView } from '../segment/index.js';
import { linkGraphOf } from './link-graph.js';

/** A newer index than the one whose graph was completed is gone over as often as this; the last is completed at once. */
const ATTEMPTS = 3;

/** What is loaded, once its link graph is complete: all is resolved in turns, so nothing else waits for long. */
export async function withCompleteGraph<Loaded extends { readonly view: IndexView }>(
  current: () => Loaded,
): Promise<Loaded> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const loaded = current();
    try {
      await linkGraphOf(loaded.view).complete();
    } catch (error) {
      // Segments that a newer index does not have are closed.
      if (current().view === loaded.view) throw error;
    }
    if (current().view === loaded.view) return loaded;
  }
  return current();
}
