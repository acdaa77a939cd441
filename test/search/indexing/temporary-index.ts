import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Embedder } from '../../../dist/search/library.js';
import { LocalEmbedder } from '../../../dist/search/library.js';
import { SnapshotStore } from '../../../dist/store/index.js';

/** A folder for an index, checked and removed in the end. */
export interface TemporaryIndex extends AsyncDisposable {
  readonly directory: string;
}

/** When it is let go, the whole store is verified: no test leaves a damaged one behind unnoticed. */
export async function temporaryIndex(): Promise<TemporaryIndex> {
  const around = await mkdtemp(join(tmpdir(), 'snapdex-index-'));
  const directory = join(around, 'index');
  return {
    directory,
    [Symbol.asyncDispose]: async () => {
      await requireSound(directory);
      await rm(around, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function requireSound(directory: string): Promise<void> {
  await using store = await SnapshotStore.open(directory);
  const { problems } = await store.verify();
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join('\n'));
}

/** The embedder of the product, counting what it is asked for. */
export class CountingEmbedder implements Embedder {
  readonly #embedder = new LocalEmbedder();
  readonly id: string = this.#embedder.id;
  readonly dimension: number = this.#embedder.dimension;
  #embedded = 0;

  /** Texts that were embedded since the last look. */
  takeCount(): number {
    const count = this.#embedded;
    this.#embedded = 0;
    return count;
  }

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.#embedded += texts.length;
    return this.#embedder.embed(texts);
  }
}
