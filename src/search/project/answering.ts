import { setTimeout as pause } from 'node:timers/promises';
import type { SnapshotStore } from '../../store/index.js';
import type { CurrentFiles } from '../answers/current-files.js';
import { SearchError } from '../errors.js';
import { type LoadedIndex, SegmentCatalog } from '../indexing/segment-catalog.js';
import type { AnswerOrigin } from '../requests/index.js';
import { chosenGeneration } from './chosen-generation.js';
import { AnsweredFiles, type DocumentFiles } from './document-files.js';
import { type IndexReader, isDamage } from './index-reader.js';
import type { IndexProblem } from './options.js';
import { type ProblemList, problemOf } from './problem-list.js';
import type { ProjectWork } from './project-work.js';
import type { UnfollowedFiles } from './unfollowed-files.js';

/** What answering needs of an open project index. */
export interface AnsweringParts {
  readonly reader: IndexReader;
  readonly problems: ProblemList;
  readonly files: DocumentFiles;
  /** `undefined` where nothing is written. */
  readonly work: ProjectWork | undefined;
  /** `undefined` where an instance follows the files. */
  readonly unfollowed: UnfollowedFiles | undefined;
  /** How long a question waits for a newer generation than the one that is loaded. Milliseconds. */
  readonly patienceMs: number;
  /** @throws SearchError INDEX_CLOSED */
  readonly requireOpen: () => void;
  /** @throws SearchError GENERATION_NOT_FOUND */
  readonly requireStore: () => SnapshotStore;
}

/** Makes an answer of the index that `current` gives, beside the files of today; whoever awaits asks again afterwards. */
export type Answerer<Answer> = (current: () => LoadedIndex, files: CurrentFiles) => Answer | Promise<Answer>;

/** Answers from the newest generation that can be read, or from an older one, and says which it was. */
export class Answering {
  readonly #parts: AnsweringParts;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /**
   * The answer of the newest generation that can be read; with `asOf`, of the one that it names.
   * @throws with `asOf`: StoreError TAG_NOT_FOUND, GENERATION_NOT_FOUND, GENERATION_EXPIRED, GENERATION_DAMAGED
   */
  async ask<Answer>({ asOf }: { readonly asOf?: string }, answer: Answerer<Answer>): Promise<AnswerOrigin & Answer> {
    await this.catchUp();
    if (asOf !== undefined) return this.#noticeDamage(() => this.#askOlder(asOf, answer));
    return this.whileIntact(async () => {
      const { reader, work } = this.#parts;
      const files = new AnsweredFiles(this.#parts.files);
      const found = await answer(() => reader.current, files);
      work?.notice(files.differing);
      return { ...this.origin(files), ...found };
    });
  }

  /**
   * One look at the store, so that an answer never misses a generation that was there when it was asked for. Where the
   * store does not answer in time, what is loaded does, and says that it may be behind.
   */
  async catchUp(): Promise<void> {
    const { reader, problems, work, requireOpen } = this.#parts;
    requireOpen();
    const before = reader.current;
    const wasDamaged = reader.isDamaged;
    try {
      const index = await this.#refreshInTime();
      if (index !== before) work?.settle();
      if (reader.isDamaged && !wasDamaged) work?.compareAnew();
      problems.clear('refresh');
    } catch (error) {
      // What is loaded can still answer; `stale` says that it may be behind.
      problems.set('refresh', refreshProblem(error));
    }
  }

  /** Acts on what is loaded; if that is found damaged, once more on what can be read instead. */
  async whileIntact<Result>(act: () => Result | Promise<Result>): Promise<Result> {
    const { reader, work, unfollowed } = this.#parts;
    try {
      await Promise.all([work?.compareIfDue(), unfollowed?.look(reader.current)]);
      return await act();
    } catch (error) {
      if (!(error instanceof SearchError) || error.code !== 'SEGMENT_DAMAGED') throw error;
      // Checked as a whole, it is found damaged, an older generation answers, and it is healed.
      await reader.reopen();
      work?.compareAnew();
      await unfollowed?.look(reader.current);
      return act();
    }
  }

  /** Where an answer of what is loaded comes from, and of the files that it shows. */
  origin(files?: AnsweredFiles): AnswerOrigin {
    const { reader, problems, work, unfollowed } = this.#parts;
    const { generation, hold } = reader.current;
    // An index without any generation is behind the files, whatever they hold.
    const isBehind = work?.isBehind ?? (generation === 0 || unfollowed?.isBehind === true);
    const isFailing = problems.has('refresh') || problems.has('persist');
    const isOld = files !== undefined && files.differing.size > 0;
    return {
      generation,
      stale: isBehind || isOld || hold !== null || reader.isDamaged || isFailing,
      indexing: work?.isIndexing ?? false,
      ...(generation > 0 && work?.isComparing === true ? { comparing: true } : {}),
    };
  }

  async #refreshInTime(): Promise<LoadedIndex> {
    const { reader, patienceMs } = this.#parts;
    const refreshing = reader.refresh();
    if (patienceMs === Number.POSITIVE_INFINITY || reader.current.generation === 0) return refreshing;
    const ending = new AbortController();
    const givingUp = pause(patienceMs, undefined, { signal: ending.signal }).then(() => {
      throw new Error(`the newest generation was not found within ${patienceMs} ms`);
    });
    // Whichever comes second has nobody to hear of it.
    for (const one of [refreshing, givingUp]) one.catch(() => {});
    try {
      return await Promise.race([refreshing, givingUp]);
    } finally {
      ending.abort();
    }
  }

  /** What is damaged in an older generation may be part of the newest one too, and not have been read since. */
  async #noticeDamage<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const { reader, work } = this.#parts;
    try {
      return await ask();
    } catch (error) {
      if (!isDamage(error)) throw error;
      await reader.reopen();
      if (reader.isDamaged) work?.compareAnew();
      throw error;
    }
  }

  async #askOlder<Answer>(asOf: string, answer: Answerer<Answer>): Promise<AnswerOrigin & Answer> {
    const store = this.#parts.requireStore();
    await using snapshot = await store.openGeneration(await chosenGeneration(store, asOf));
    // Its own: the segments of the newest generation are closed when there is a newer one.
    const catalog = new SegmentCatalog();
    try {
      const index = await catalog.load(snapshot);
      const files = new AnsweredFiles(this.#parts.files);
      const found = await answer(() => index, files);
      const { generation: newest, stale, indexing } = this.origin(files);
      const { generation } = snapshot;
      return {
        generation,
        stale: stale || generation !== newest,
        indexing,
        asOf: { createdAt: snapshot.manifest?.createdAt ?? '', newest },
        ...found,
      };
    } finally {
      catalog.close();
    }
  }
}

function refreshProblem(error: unknown): IndexProblem {
  if (error instanceof SearchError && error.code === 'INDEX_OF_OTHER_PROJECT') return problemOf(error);
  return { code: 'REFRESH_FAILED', message: String(error), remedy: 'It is tried again with the next question.' };
}
