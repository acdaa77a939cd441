import type { Snapshot, SnapshotStore, VerifyResult } from '../../store/index.js';
import { answerComparison } from '../answers/diff-answer.js';
import { answerHistory } from '../answers/history-answer.js';
import type {
  CollectAnswer,
  CollectRequest,
  ComparedGeneration,
  ComparisonAnswer,
  ComparisonRequest,
  HistoryAnswer,
  HistoryRequest,
  ResumeAnswer,
  RollbackAnswer,
  RollbackRequest,
  TagAnswer,
  TagRequest,
  VerifyAnswer,
  VerifyRequest,
} from '../requests/index.js';
import type { Answering } from './answering.js';
import { chosenGeneration } from './chosen-generation.js';
import { compareIndexes } from './compare-indexes.js';
import type { IndexReader } from './index-reader.js';
import type { ProjectIndexOptions } from './options.js';
import { RestoredChanges } from './restored-changes.js';
import { UnfollowedFiles } from './unfollowed-files.js';

/** The generations of a project's index, by what users call them. `ProjectIndex` says what each call throws. */
export class ProjectGenerations {
  readonly #store: SnapshotStore;
  readonly #reader: IndexReader;
  readonly #answering: Answering;
  readonly #options: ProjectIndexOptions;
  readonly #restored: RestoredChanges;

  constructor(
    options: ProjectIndexOptions,
    parts: { readonly store: SnapshotStore; readonly reader: IndexReader; readonly answering: Answering },
  ) {
    this.#options = options;
    this.#store = parts.store;
    this.#reader = parts.reader;
    this.#answering = parts.answering;
    this.#restored = new RestoredChanges(parts.store);
  }

  async history(request: HistoryRequest): Promise<HistoryAnswer> {
    return answerHistory(this.#store, (entry) => this.#restored.read(entry), request);
  }

  async compare(request: ComparisonRequest): Promise<ComparisonAnswer> {
    await this.#answering.catchUp();
    const { from, to } = request;
    await using before = await this.#store.openGeneration(await this.find(from));
    await using after = await this.#store.openGeneration(
      to === undefined ? this.#reader.current.generation : await this.find(to),
    );
    const documents = await compareIndexes(before, after);
    const compared = { from: described(before), to: described(after), documents };
    return { ...this.#answering.origin(), ...answerComparison(compared, request) };
  }

  async tag({ name, generation }: TagRequest): Promise<TagAnswer> {
    await this.#answering.catchUp();
    const tag = await this.#store.tag(name, generation === undefined ? undefined : await this.find(generation));
    return { ...this.#answering.origin(), tag };
  }

  async untag(name: string): Promise<void> {
    await this.#store.untag(name);
  }

  async find(word: string): Promise<number> {
    return chosenGeneration(this.#store, word);
  }

  async rollback({ generation, reason }: RollbackRequest): Promise<RollbackAnswer> {
    await this.#store.rollback(generation, { hold: true, ...(reason === undefined ? {} : { reason }) });
    const { view, hold } = await this.#reader.refresh();
    return { ...this.#answering.origin(), rolledBackTo: generation, documents: view.documentCount, hold };
  }

  async resume(): Promise<ResumeAnswer> {
    const { isNew } = await this.#store.resume();
    const index = await this.#reader.refresh();
    const origin = this.#answering.origin();
    if (this.#options.mode === 'serve') return { ...origin, resumed: isNew };
    // This process does not follow the files, and may not have looked at them yet.
    const files = new UnfollowedFiles(this.#options, this.#store);
    await files.look(index);
    return { ...origin, stale: origin.stale || files.isBehind, resumed: isNew };
  }

  async collect(request: CollectRequest): Promise<CollectAnswer> {
    return this.#store.collect(request);
  }

  async verify(request: VerifyRequest): Promise<VerifyAnswer> {
    return answerVerified(await this.#store.verify(request));
  }
}

/** What verifying found, as it is told. */
export function answerVerified({ ok, generation, filesChecked, problems, notes }: VerifyResult): VerifyAnswer {
  const messages = problems.map((problem) => problem.message);
  return { ok, generation, filesChecked, problems: messages, findings: problems, notes };
}

function described({ generation, manifest }: Snapshot): ComparedGeneration {
  return { generation, createdAt: manifest?.createdAt ?? '' };
}
