import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectIndex, StatusAnswer } from '../search/index.js';

const POLL_MS = 200;
/** A hold or a damaged index stays stale without anything being indexed; after so many looks that is what it is. */
const IDLE_LOOKS = 5;

/** The state of the index once its first indexing is over, or once it is plain that there will be none. */
export async function firstIndexing(index: ProjectIndex): Promise<StatusAnswer> {
  for (let idleLooks = 0; idleLooks < IDLE_LOOKS; ) {
    const { stale, indexing } = await index.list({ limit: 1 });
    if (!stale) break;
    idleLooks = indexing ? 0 : idleLooks + 1;
    await sleep(POLL_MS);
  }
  return index.status();
}
