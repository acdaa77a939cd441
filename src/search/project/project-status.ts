import type { SnapshotStore } from '../../store/index.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { EmbeddingStatus, LiveAnswer, StatusAnswer, StatusRequest } from '../requests/index.js';
import type { Answering } from './answering.js';
import { findFrontMatterProblems } from './front-matter-problems.js';
import type { IndexReader } from './index-reader.js';
import type { IndexProblem, ProjectIndexOptions } from './options.js';
import { findOtherProject } from './other-project.js';
import { type ProblemList, problemOf } from './problem-list.js';
import type { ProjectEmbedder } from './project-embedder.js';
import type { ProjectWork } from './project-work.js';
import {
  describeEmbedding,
  describeGone,
  describeIndex,
  findForeignEmbedder,
  NO_STORE_STATUS,
  readInstances,
  readStoreStatus,
  unlessGone,
} from './status.js';
import type { UnfollowedFiles } from './unfollowed-files.js';

/** What a status is made of. */
export interface ProjectStatusParts {
  /** `undefined` where there is no index and none may be made. */
  readonly store: SnapshotStore | undefined;
  readonly reader: IndexReader;
  readonly problems: ProblemList;
  readonly embedder: ProjectEmbedder;
  readonly answering: Answering;
  /** `undefined` where nothing is written. */
  readonly work: ProjectWork | undefined;
  /** `undefined` where an instance follows the files. */
  readonly unfollowed: UnfollowedFiles | undefined;
}

/** How a project's index and its instances are. */
export class ProjectStatus {
  readonly #options: ProjectIndexOptions;
  readonly #parts: ProjectStatusParts;

  constructor(options: ProjectIndexOptions, parts: ProjectStatusParts) {
    this.#options = options;
    this.#parts = parts;
  }

  async read(request: StatusRequest): Promise<StatusAnswer> {
    const { root, indexPath, coordinationMode } = this.#options;
    const { store, reader, embedder, answering, unfollowed } = this.#parts;
    return answering.ask(request, async (current) => {
      await embedder.loadIfPossible();
      if (request.checkEmbedder === true) await embedder.checkEndpoint(current().view);
      await unfollowed?.lookAnyway(reader.current);
      const stored = store === undefined ? NO_STORE_STATUS : await unlessGone(readStoreStatus(store));
      const frontMatter = await findFrontMatterProblems(current);
      // From here on nothing is awaited: the index stays as it is.
      return {
        root,
        indexPath,
        ...describeIndex(current()),
        ...(stored ?? NO_STORE_STATUS),
        pendingChanges: this.#pendingChanges(),
        embedding: this.describeEmbedding(current()),
        coordinationMode,
        problems: [
          ...this.#toldProblems({ isGone: stored === undefined }),
          ...this.#otherProject(),
          ...(unfollowed?.problems ?? []),
          ...this.#foreignEmbedder(),
          ...frontMatter,
        ],
      };
    });
  }

  async readLive(): Promise<LiveAnswer> {
    const { store, answering } = this.#parts;
    return answering.ask({}, async (current) => {
      const instances = store === undefined ? [] : ((await unlessGone(readInstances(store))) ?? []);
      const { view, hold } = current();
      return { documents: view.documentCount, hold, pendingChanges: this.#pendingChanges(), instances };
    });
  }

  /** How far `index` is embedded by what this instance is configured for. */
  describeEmbedding(index: LoadedIndex): EmbeddingStatus {
    const { embedder, work } = this.#parts;
    const { options, loaded } = embedder;
    return describeEmbedding(index, { kind: options.embedder, loaded, isEmbedding: work?.isEmbedding ?? false });
  }

  /** What is gone comes first, and once. */
  #toldProblems({ isGone }: { readonly isGone: boolean }): readonly IndexProblem[] {
    const told = this.#parts.problems.list();
    if (!isGone) return told;
    const gone = describeGone(this.#options);
    return [gone, ...told.filter(({ code }) => code !== gone.code && code !== 'REFRESH_FAILED')];
  }

  #pendingChanges(): number {
    const { work, unfollowed } = this.#parts;
    return work?.pendingCount ?? unfollowed?.differing ?? 0;
  }

  /** Who writes has refused it. */
  #otherProject(): readonly IndexProblem[] {
    const { reader, work } = this.#parts;
    const error = work === undefined ? findOtherProject(this.#options, reader.current) : undefined;
    return error === undefined ? [] : [problemOf(error)];
  }

  #foreignEmbedder(): readonly IndexProblem[] {
    const { reader, embedder, work } = this.#parts;
    // It embeds the index anew by itself.
    return work?.isEmbedder === true ? [] : findForeignEmbedder(reader.current, embedder.loaded);
  }
}
