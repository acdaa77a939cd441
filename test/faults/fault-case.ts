/** One case: one operation, one fault at one call, and every promise checked afterwards. */
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Snapshot, SnapshotStore, StoreError, type StoreOptions } from '../../dist/store/index.js';
import { bytesOf, makeTemporaryFolder, ONLY_THE_HEAD } from '../store/with-store.js';
import { type Fault, forgetFailedSyncs, syncedAgain, whileFailing } from './failing-calls.js';
import { type Content, contentIn, contentOf, HISTORY, makeHistory, type Operation } from './operations.js';

export interface FaultCase {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly at: number;
  readonly isLasting: boolean;
  /** Only calls that change something fail, and what can be read meanwhile is looked at. Default false. */
  readonly sparesReading?: boolean;
}

/** What a case came to; `problems` is empty if every promise was kept. */
export interface Verdict {
  readonly problems: readonly string[];
  /** The call that failed first; `undefined` if the fault did not concern any call. */
  readonly failedCall: string | undefined;
  readonly calls: number;
}

const HANG_MS = 20_000;
const SHORT_TIMEOUT = { lockTimeoutMs: 200, collectAutomatically: false } as const;

/** Stores with a history, made once and copied for every case. */
const templates = new Map<string, string>();

async function templateFor(durability: 'durable' | 'deferred'): Promise<string> {
  const known = templates.get(durability);
  if (known !== undefined) return known;
  const directory = path.join(makeTemporaryFolder(), 'template');
  const store = await SnapshotStore.open(directory, { ...SHORT_TIMEOUT, durability });
  await makeHistory(store);
  await store.close();
  templates.set(durability, directory);
  return directory;
}

/** Removes what the cases shared. */
export function removeTemplates(): void {
  for (const directory of templates.values()) fs.rmSync(path.dirname(directory), { recursive: true });
  templates.clear();
}

/** How many calls the operation makes if none fails; with `sparesReading`, how many that change something. */
export async function countCalls(
  operation: Operation,
  options: Pick<FaultCase, 'sparesReading'> = {},
): Promise<number> {
  const verdict = await runCase({
    ...options,
    operation,
    fault: { kind: 'code', code: 'EIO' },
    at: Number.POSITIVE_INFINITY,
    isLasting: false,
  });
  if (verdict.problems.length > 0) throw new Error(`${operation.name} without a fault: ${verdict.problems.join('; ')}`);
  return verdict.calls;
}

/** Runs one case in a folder of its own. */
export async function runCase(chosen: FaultCase): Promise<Verdict> {
  const { operation, sparesReading = false } = chosen;
  const directory = path.join(makeTemporaryFolder(), 'store');
  fs.cpSync(await templateFor(operation.durability), directory, { recursive: true, preserveTimestamps: true });
  const options: StoreOptions = { ...SHORT_TIMEOUT, durability: operation.durability, onWarning: () => {} };
  const readers = sparesReading ? await openReaders(directory) : undefined;
  const opened = operation.opens ? undefined : await SnapshotStore.open(directory, options);
  const act = async (): Promise<Outcome> => {
    let store = opened;
    let isAcknowledged = false;
    const acknowledge = (): void => {
      isAcknowledged = true;
    };
    try {
      store ??= await SnapshotStore.open(directory, options);
      await Promise.race([operation.run(store, acknowledge), hang()]);
      return { store, isAcknowledged: true, error: undefined };
    } catch (error) {
      return { store, isAcknowledged, error };
    }
  };
  const plan = { directory, from: chosen.at, isLasting: chosen.isLasting, fault: chosen.fault, sparesReading };
  const { value, calls, failed } = await whileFailing(plan, async () => {
    const outcome = await act();
    return { outcome, meanwhile: readers === undefined ? [] : await meanwhileProblems(readers, operation, outcome) };
  });
  await readers?.store.close();
  const { outcome, meanwhile } = value;
  const problems = [...errorProblems(outcome), ...meanwhile];
  problems.push(...(await laterProblems(directory, operation, outcome, options)));
  problems.push(...syncedAgain.map((file) => `synced again after a failure: ${file}`));
  forgetFailedSyncs();
  fs.rmSync(path.dirname(directory), { recursive: true, force: true });
  return { problems, failedCall: failed > 0 ? calls[chosen.at] : undefined, calls: calls.length };
}

interface Outcome {
  readonly store: SnapshotStore | undefined;
  readonly isAcknowledged: boolean;
  readonly error: unknown;
}

async function hang(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, HANG_MS).unref());
  throw new Error(`no answer within ${HANG_MS} ms`);
}

function errorProblems({ error }: Outcome): readonly string[] {
  if (error === undefined) return [];
  if (!(error instanceof StoreError)) return [`no StoreError: ${String(error)}`];
  return error.remedy === '' ? [`${error.code} without a remedy`] : [];
}

/** Others who read, and what they had open before anything failed. */
interface Readers {
  readonly directory: string;
  readonly store: SnapshotStore;
  readonly before: Snapshot;
}

async function openReaders(directory: string): Promise<Readers> {
  const store = await SnapshotStore.open(directory, { readOnly: true });
  return { directory, store, before: await store.snapshot() };
}

/** What cannot be read while nothing can be changed. */
async function meanwhileProblems(
  { directory, store: other, before }: Readers,
  operation: Operation,
  outcome: Outcome,
): Promise<readonly string[]> {
  const { problems, check } = checklist();
  const expected = expectedContents(operation, outcome);
  const { store } = outcome;
  if (store !== undefined)
    await check('meanwhile, the same store', async () => differs(await contentOf(store), expected));
  await check('meanwhile, another store', async () => differs(await contentOf(other), expected));
  await check('meanwhile, a snapshot from before', async () => differs(await contentIn(before), [contentBefore]));
  await check('meanwhile, a fresh reader', async () => {
    await using fresh = await SnapshotStore.open(directory, { readOnly: true });
    return differs(await contentOf(fresh), expected);
  });
  return problems;
}

interface Checklist {
  readonly problems: readonly string[];
  /** Lists what `action` answers or throws. */
  check(what: string, action: () => Promise<string | undefined>): Promise<void>;
}

function checklist(): Checklist {
  const problems: string[] = [];
  const check = async (what: string, action: () => Promise<string | undefined>): Promise<void> => {
    const problem = await action().catch((error: unknown) => String(error));
    if (problem !== undefined) problems.push(`${what}: ${problem}`);
  };
  return { problems, check };
}

/** What is wrong once the fault is over. */
async function laterProblems(
  directory: string,
  operation: Operation,
  outcome: Outcome,
  options: StoreOptions,
): Promise<readonly string[]> {
  const { problems, check } = checklist();
  const expected = expectedContents(operation, outcome);
  const { store } = outcome;
  if (store !== undefined) {
    await check('the same store, read', async () => differs(await contentOf(store), expected));
    // A store that could not be written when it was opened was opened for reading, and says so.
    const { readOnlyReason } = store.describe();
    if (readOnlyReason === undefined) await check('the same store, changed', async () => changeAgain(store));
    else if (!operation.opens) await check('read-only', async () => readOnlyReason);
    await check('the same store, closed', async () => void (await store.close()));
  }
  await check('a fresh store', async () => {
    const fresh = await SnapshotStore.open(directory, options);
    await changeAgain(fresh);
    await fresh.collect(ONLY_THE_HEAD);
    const { problems: found } = await fresh.verify();
    await fresh.close();
    return found.length === 0 ? undefined : JSON.stringify(found);
  });
  await check('left behind', async () => leftovers(directory));
  return problems;
}

const contentBefore: Content = HISTORY.at(-1) ?? {};

function expectedContents({ after }: Operation, { isAcknowledged, error }: Outcome): readonly Content[] {
  if (isAcknowledged) return [after];
  const mayCount = error instanceof StoreError && error.code === 'OUTCOME_UNKNOWN';
  return mayCount ? [contentBefore, after] : [contentBefore];
}

function differs(found: Content, expected: readonly Content[]): string | undefined {
  const sorted = (content: Content): Content => Object.fromEntries(Object.entries(content).sort());
  if (expected.some((content) => isDeepStrictEqual(sorted(content), sorted(found)))) return undefined;
  return `shows ${JSON.stringify(found)} and not ${expected.map((content) => JSON.stringify(content)).join(' or ')}`;
}

async function changeAgain(store: SnapshotStore): Promise<string | undefined> {
  const { generation } = await store.update((draft, base) => draft.write('again', bytesOf(`${base.generation}`)));
  const shown = (await store.snapshot()).generation;
  return shown === generation ? undefined : `committed ${generation}, shows ${shown}`;
}

const KNOWN_ENTRIES: ReadonlySet<string> = new Set([
  '.gitignore',
  'CURRENT',
  'drafts',
  'generations',
  'instances',
  'pins',
  'tags',
  'trash',
]);

function leftovers(directory: string): string | undefined {
  const strays = fs.readdirSync(directory).filter((name) => !KNOWN_ENTRIES.has(name));
  for (const name of ['drafts', 'instances', 'pins', 'trash'])
    strays.push(...fs.readdirSync(path.join(directory, name)).map((entry) => `${name}/${entry}`));
  return strays.length === 0 ? undefined : strays.join(', ');
}
