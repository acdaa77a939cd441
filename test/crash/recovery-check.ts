/** What the next open after a crash must find, and what must go on working. */
import { SnapshotStore, type VerifyResult } from '../../dist/store/index.js';
import type { Counts } from './counts.js';
import { mountDisk } from './forgetful-file-system.js';
import { mixHash } from './hashing.js';
import { Clock, environmentOf } from './machine.js';
import { copyOf, type DirectoryNode, hashOfRead, type Image, presentImage } from './nodes.js';
import { type Files, hashOfPromised, type Promised } from './promised.js';
import { STORE_PATH } from './recording.js';
import { withoutUnread } from './unread.js';

/** What is seen of a store. */
interface Seen {
  readonly generation: number;
  readonly operation: string;
  readonly files: Files;
  readonly history: readonly number[];
  readonly tags: ReadonlyMap<string, number>;
}

/** Long enough after whatever happened before for what nobody owns to be cleared away. */
const SWITCHED_OFF_MS = 24 * 3_600_000;
const ONLY_THE_HEAD = { keepGenerations: 1, minimumAgeMs: 0 } as const;

/**
 * Switches the machine on with that disk and opens the store, which mends it; then looks at it and works with it,
 * unless a store that was mended to the very same state was looked at before. Answers what was wrong.
 */
export async function findProblems(image: Image, promised: Promised, counts: Counts): Promise<readonly string[]> {
  return new RecoveryCheck(copyOf(image), promised, counts).run();
}

/** One disk after a crash, and one promise. */
class RecoveryCheck {
  readonly #root: DirectoryNode;
  readonly #promised: Promised;
  readonly #counts: Counts;
  readonly #clock = new Clock(SWITCHED_OFF_MS);
  /** What was wrong, in the order in which it was found. */
  readonly #problems: string[] = [];
  #boots = 0;

  constructor(root: DirectoryNode, promised: Promised, counts: Counts) {
    this.#root = root;
    this.#promised = promised;
    this.#counts = counts;
  }

  async run(): Promise<readonly string[]> {
    try {
      const store = await this.#open();
      try {
        const mended = mixHash(hashOfRead(presentImage(this.#root)), hashOfPromised(this.#promised));
        if (this.#counts.mended.add(mended)) await this.#judge(store);
      } finally {
        await store.close();
      }
    } catch (error) {
      this.#complain(
        `the store does not work: ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`,
      );
    }
    return this.#problems;
  }

  async #judge(store: SnapshotStore): Promise<void> {
    const seen = await this.#look(store);
    this.#compare(seen);
    await this.#verify(store, seen);
    if (this.#problems.length === 0) await this.#goOn(seen);
  }

  /** Opens the store, after the power was off. */
  async #open(): Promise<SnapshotStore> {
    this.#boots += 1;
    const clock = this.#clock;
    const letter = String(this.#boots);
    const fileSystem = withoutUnread(mountDisk(this.#root, { name: letter, now: () => clock.nowMs }));
    const environment = environmentOf({ fileSystem, clock, letter, bootId: `boot after a crash ${letter}` });
    return SnapshotStore.open(STORE_PATH, {
      environment,
      durability: this.#promised.isDeferred ? 'deferred' : 'durable',
      collectAutomatically: false,
      client: 'after the crash',
      // A deferred store says what is damaged; nothing else is worth a word.
      onWarning: (message) => {
        if (!this.#promised.isDeferred) this.#complain(`warning: ${message}`);
      },
    });
  }

  async #look(store: SnapshotStore): Promise<Seen> {
    const snapshot = await store.snapshot();
    for (const damage of snapshot.damage)
      if (!(this.#isPointerLeft(snapshot.generation) && damage.message.endsWith('though CURRENT names it')))
        this.#complain(`the newest generation is not served: ${damage.message}`);
    const files = new Map<string, string>();
    for (const name of snapshot.files.keys()) files.set(name, Buffer.from(await snapshot.read(name)).toString());
    const { generations } = await store.history();
    const tags = new Map((await store.tags()).map(({ name, generation }) => [name, generation]));
    const operation = snapshot.manifest?.operation ?? '';
    return {
      generation: snapshot.generation,
      operation,
      files,
      history: generations.map((entry) => entry.generation),
      tags,
    };
  }

  /** Against what was promised. */
  #compare({ generation, operation, files, history, tags }: Seen): void {
    const { acknowledged, claimed, retired } = this.#promised;
    const allowed = [...claimed].filter(([number]) => number >= acknowledged).map(([, content]) => content);
    if (acknowledged === 0) allowed.push(new Map());
    const own = generation === 0 ? new Map<string, string>() : claimed.get(generation);
    if (generation < acknowledged)
      this.#complain(`generation ${generation} is shown, ${acknowledged} was acknowledged`);
    // A number that the crash took away may be the recovery's.
    else if (operation === 'recover') {
      if (!allowed.some((content) => isSame(content, files)))
        this.#complain(`recovered ${show(files)}, which never was`);
    } else if (own === undefined) this.#complain(`generation ${generation} was never claimed`);
    else if (!isSame(own, files)) this.#complain(`generation ${generation} shows ${show(files)}, not ${show(own)}`);
    for (const number of claimed.keys()) {
      if (number <= acknowledged && !retired.has(number) && !history.includes(number))
        this.#complain(`generation ${number} was acknowledged and is gone from the history`);
    }
    this.#compareTags(tags);
  }

  #compareTags(tags: ReadonlyMap<string, number>): void {
    for (const [name, tag] of this.#promised.tags) {
      const found = tags.get(name);
      if (found === undefined ? !tag.isPerhaps : found !== tag.generation)
        this.#complain(`tag ${name} names ${found ?? 'nothing'}, not ${tag.generation}`);
    }
    for (const name of tags.keys()) if (!this.#promised.tags.has(name)) this.#complain(`tag ${name} was taken away`);
  }

  async #verify(store: SnapshotStore, { generation, tags }: Seen): Promise<VerifyResult> {
    const found = await store.verify();
    for (const problem of found.problems)
      if (!this.#isAllowed(problem, generation)) this.#complain(`verify: ${problem.message}`);
    const nameless = found.problems.filter((problem) => this.#isNameless(problem)).map((problem) => problem.generation);
    for (const [name, tagged] of tags) {
      if (nameless.includes(tagged)) continue;
      const snapshot = await store.openGeneration(tagged);
      const content = new Map<string, string>();
      for (const file of snapshot.files.keys()) content.set(file, Buffer.from(await snapshot.read(file)).toString());
      await snapshot.close();
      const own = this.#promised.claimed.get(tagged);
      if (own === undefined || !isSame(own, content))
        this.#complain(`tag ${name}: generation ${tagged} shows ${show(content)}`);
    }
    return found;
  }

  #isAllowed(problem: VerifyResult['problems'][number], seen: number): boolean {
    const { code, generation = 0 } = problem;
    const { isDeferred, acknowledged, claimed } = this.#promised;
    if (code === 'CURRENT_DAMAGED') return this.#isPointerLeft(seen);
    if (code !== 'GENERATION_DAMAGED') return false;
    // A deferred store may lack what was not flushed, or what an earlier crash has taken, and says so.
    if (isDeferred && (generation > acknowledged || !claimed.has(generation))) return true;
    return this.#isNameless(problem);
  }

  /** The pointer outlived the first generation, which nobody had been told of: whoever opened in between raised it. */
  #isPointerLeft(seen: number): boolean {
    return this.#promised.acknowledged === 0 && seen === 0;
  }

  /** Where a rename can lose both names, a generation on its way out can be left with neither; it keeps its files. */
  #isNameless({ message, generation = 0 }: VerifyResult['problems'][number]): boolean {
    return this.#promised.retiring.has(generation) && message.endsWith('its manifest is missing');
  }

  /** Opens it again, which changes nothing in what is seen, and works with it. */
  async #goOn(before: Seen): Promise<void> {
    const store = await this.#open();
    try {
      const seen = await this.#look(store);
      const isUnchanged =
        seen.generation === before.generation &&
        isSame(seen.files, before.files) &&
        seen.history.join() === before.history.join() &&
        [...seen.tags].join() === [...before.tags].join();
      if (!isUnchanged) this.#complain(`opened again it shows generation ${seen.generation}, not ${before.generation}`);
      await this.#workOn(store, before);
    } finally {
      await store.close();
    }
    // What an open store keeps for its next commit is gone by now.
    this.#findStrays();
  }

  /** Commits and collects. */
  async #workOn(store: SnapshotStore, before: Seen): Promise<void> {
    const { generation } = await store.update((draft) => draft.write('after', Buffer.from('the crash')));
    await store.flush();
    await store.collect(ONLY_THE_HEAD);
    const seen = await this.#look(store);
    const files = new Map([...before.files, ['after', 'the crash']]);
    if (seen.generation !== generation || !isSame(seen.files, files))
      this.#complain(`it shows ${show(seen.files)} after an update`);
    await this.#verify(store, seen);
    this.#compareTags(seen.tags);
  }

  /** What collecting left of dead processes. */
  #findStrays(): void {
    const fileSystem = mountDisk(this.#root, { name: 'look', now: () => this.#clock.nowMs });
    for (const name of ['drafts', 'pins', 'trash']) {
      const strays = fileSystem.readDirectory(`${STORE_PATH}/${name}`);
      if (strays.length > 0) this.#complain(`collecting left ${name}/${strays.join(', ')}`);
    }
  }

  #complain(problem: string): void {
    this.#problems.push(problem);
  }
}

function isSame(a: Files, b: Files): boolean {
  if (a.size !== b.size) return false;
  for (const [name, text] of a) if (b.get(name) !== text) return false;
  return true;
}

function show(files: Files): string {
  return `{${[...files].map(([name, text]) => `${name}: ${text.length > 30 ? `${text.length} characters` : text}`).join(', ')}}`;
}
