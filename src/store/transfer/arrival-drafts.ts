import type { Committer } from '../committer.js';
import { storeIsGone } from '../errors.js';
import type { Arrival } from './arrival.js';
import { ArrivalDraft } from './arrival-draft.js';

/** The drafts of all that is to arrive together. They outlive lost races, and what they have is not sent again. */
export class ArrivalDrafts {
  readonly #committer: Committer;
  readonly #drafts = new Map<string, ArrivalDraft>();

  constructor(committer: Committer) {
    this.#committer = committer;
  }

  /** The draft of what arrives, whatever number it is to get this time. */
  draftOf(arrival: Arrival): ArrivalDraft {
    const key = keyOf(arrival);
    const draft = this.#drafts.get(key) ?? new ArrivalDraft(this.#committer.storage, this.#committer.nextDraftName());
    this.#drafts.set(key, draft);
    return draft;
  }

  /** It has become a generation for good. */
  settle(arrival: Arrival): void {
    const key = keyOf(arrival);
    this.#drafts.get(key)?.staged.settle();
    this.#drafts.delete(key);
  }

  /** Whether others took this process for dead and cleared a draft away, or one was claimed and taken back. */
  async hasLost(): Promise<boolean> {
    return (await this.#findLost()).length > 0;
  }

  /** Makes room for others in the place of those that are gone. @throws StoreError STORE_NOT_FOUND */
  async forgetLost(): Promise<void> {
    const lost = await this.#findLost();
    const { storage } = this.#committer;
    if (lost.length > 0 && !(await storage.exists())) throw storeIsGone(storage.location);
    for (const [key, draft] of lost) {
      await endQuietly(draft);
      this.#drafts.delete(key);
    }
  }

  /** Removes what has not become a generation. */
  async end(): Promise<void> {
    for (const draft of this.#drafts.values()) await endQuietly(draft);
  }

  async #findLost(): Promise<readonly (readonly [string, ArrivalDraft])[]> {
    const there = new Set((await this.#committer.storage.listDrafts()).map(({ id }) => id));
    return [...this.#drafts].filter(([, draft]) => !there.has(draft.staged.name));
  }
}

function keyOf({ kind, generation, source }: Arrival): string {
  return kind === 'passing' ? `number ${generation}` : `content of ${source.generation}`;
}

async function endQuietly(draft: ArrivalDraft): Promise<void> {
  try {
    await draft.end();
  } catch {
    // What stays behind is cleared away by collecting.
  }
}
