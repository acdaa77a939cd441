/** What must be true of a store once the calls that failed work again, or once its writer was killed. */
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isStoreError, processEnvironment, SnapshotStore } from '../../dist/store/index.js';
import { type Content, contentOf, HISTORY } from '../faults/operations.js';
import { bytesOf, ONLY_THE_HEAD } from '../store/with-store.js';

/** What a store that was written when something happened may show. */
export interface Expected {
  /** What the newest generation may hold. */
  readonly contents: readonly Content[];
  /** Tags that must be there. */
  readonly tags: readonly string[];
}

/** After so long, what has no owner counts as left behind. */
const LONG_MS = 2 * 3_600_000;

/** What is wrong with the store; empty if every promise was kept. The store is changed and collected. */
export async function findProblems(directory: string, expected: Expected): Promise<readonly string[]> {
  const problems: string[] = [];
  const check = async (what: string, action: () => Promise<string | undefined>): Promise<void> => {
    const problem = await action().catch((error: unknown) => String(error));
    if (problem !== undefined) problems.push(`${what}: ${problem}`);
  };
  await check('read as it was left', () => readAsLeft(directory, expected));
  await check('opened', () => work(directory, expected));
  await check('left behind', async () => leftovers(directory, { mayBeUnfinished: true }));
  await check('collected later', () => collectLater(directory));
  await check('left behind for long', async () => leftovers(directory, { mayBeUnfinished: false }));
  return problems;
}

/** Says how `content` differs from all that is expected, beside the later change `again`; `undefined` if it does not. */
export function differs({ again: _, ...content }: Content, { contents }: Expected): string | undefined {
  if (contents.some((one) => isDeepStrictEqual(one, content))) return undefined;
  return `shows ${JSON.stringify(content)} and not ${contents.map((one) => JSON.stringify(one)).join(' or ')}`;
}

/** By a reader, who mends nothing. */
async function readAsLeft(directory: string, expected: Expected): Promise<string | undefined> {
  try {
    await using store = await SnapshotStore.open(directory, { readOnly: true });
    await using old = await store.snapshot();
    for (const name of old.files.keys()) await old.read(name);
    return differs(await contentOf(store), expected);
  } catch (error) {
    // Nothing was made yet.
    const mayBeMissing = expected.contents.some((content) => Object.keys(content).length === 0);
    if (mayBeMissing && isStoreError(error, 'STORE_NOT_FOUND')) return undefined;
    throw error;
  }
}

async function work(directory: string, expected: Expected): Promise<string | undefined> {
  await using store = await SnapshotStore.open(directory, { collectAutomatically: false });
  const difference = differs(await contentOf(store), expected);
  if (difference !== undefined) return difference;
  const before = await store.verify();
  if (before.problems.length > 0) return JSON.stringify(before.problems);
  const tags = await store.tags();
  const lost = expected.tags.filter((name) => !tags.some((tag) => tag.name === name));
  if (lost.length > 0) return `tags are lost: ${lost.join(', ')}`;
  for (const { generation } of tags) {
    await using tagged = await store.openGeneration(generation);
    for (const name of tagged.files.keys()) await tagged.read(name);
  }
  const { generation } = await store.update((draft, base) => draft.write('again', bytesOf(`${base.generation}`)));
  const shown = (await store.snapshot()).generation;
  if (shown !== generation) return `committed ${generation}, shows ${shown}`;
  await store.collect(ONLY_THE_HEAD);
  const { problems } = await store.verify();
  return problems.length === 0 ? undefined : JSON.stringify(problems);
}

async function collectLater(directory: string): Promise<undefined> {
  const environment = {
    ...processEnvironment,
    now: () => Date.now() + LONG_MS,
    monotonicMs: () => performance.now() + LONG_MS,
  };
  await using store = await SnapshotStore.open(directory, { environment, collectAutomatically: false });
  await store.collect(ONLY_THE_HEAD);
}

const KNOWN = ['.gitignore', 'CURRENT', 'drafts', 'generations', 'instances', 'pins', 'tags', 'trash'];

/** @param mayBeUnfinished names of what was being written when its writer died may lie there for an hour */
function leftovers(directory: string, { mayBeUnfinished }: { readonly mayBeUnfinished: boolean }): string | undefined {
  const isStray = (name: string): boolean => !(mayBeUnfinished && /^(~|CURRENT\.)/.test(path.basename(name)));
  const strays = fs.readdirSync(directory).filter((name) => !KNOWN.includes(name));
  for (const folder of ['drafts', 'instances', 'pins', 'trash'])
    strays.push(...fs.readdirSync(path.join(directory, folder)).map((name) => `${folder}/${name}`));
  strays.push(...fs.readdirSync(path.join(directory, 'tags')).filter((name) => name.startsWith('~')));
  const found = strays.filter(isStray);
  return found.length === 0 ? undefined : found.join(', ');
}

/** What the newest generation holds before any operation. */
export const BEFORE: Content = HISTORY.at(-1) ?? {};
