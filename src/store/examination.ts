/** A look at everything in a store, which verifying tells and repairing acts on. Changes nothing. */
import { checkEntries, type EntryFindings } from './entry-checks.js';
import type { Environment } from './environment.js';
import { isStoreError } from './errors.js';
import { checkFiles, type FileCheckOptions, type FileChecks } from './file-checks.js';
import { isStillHead, retiredHead } from './head.js';
import { findStrangers } from './lineage.js';
import { decodeManifest, type Manifest } from './manifest.js';
import type { Note, Problem } from './problem.js';
import { ReplacedFolders } from './replaced-folders.js';
import type { Storage } from './storage.js';
import { readReadableTags, type Tag } from './tags.js';

/** A generation of the history, or one that a tag keeps. */
export interface ExaminedGeneration {
  readonly generation: number;
  /** `undefined` if it cannot be read. */
  readonly manifest: Manifest | undefined;
  readonly hasManifestFile: boolean;
  /** It is the newest, and marked as retired; whether its content is whole, `problems` says. */
  readonly isRetiredHead: boolean;
  readonly tags: readonly string[];
  /** What is wrong with its content. */
  readonly problems: readonly Problem[];
}

/** All that was found. */
export interface Examination {
  /** The highest number in the directory, damaged or not; 0 if there is none. */
  readonly head: number;
  /** What the pointer says. */
  readonly current: number | undefined;
  /** Ascending; without those that are retired and that no tag keeps. */
  readonly generations: readonly ExaminedGeneration[];
  readonly filesChecked: number;
  readonly tags: readonly Tag[];
  /** Names of tags whose record cannot be read. */
  readonly damagedTags: readonly string[];
  readonly obstacles: EntryFindings['obstacles'];
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** Looks at everything: manifests, files, the pointer, tags, and whatever else lies there. */
export async function examine(
  storage: Storage,
  environment: Environment,
  options: FileCheckOptions = {},
): Promise<Examination> {
  // Listed first: what is claimed meanwhile is named by a manifest that is read afterwards.
  const entries = (await storage.upkeep?.listEntries()) ?? [];
  const tagged = await readTagsBehindObstacles(storage);
  const replaced = new ReplacedFolders(entries);
  const found = await readGenerations(storage, tagged.tags, replaced);
  const manifests = found.flatMap(({ manifest }) => manifest ?? []);
  const files = await checkFiles(storage, manifests, { ...options, replaced });
  const strangers = findStrangers(manifests, await listRegistered(storage));
  const generations: ExaminedGeneration[] = [];
  for (const one of found)
    generations.push({
      ...one,
      problems: [...one.problems, ...(await contentProblems(storage, one, { files, strangers }))],
    });
  const head = await findHead(storage);
  const pointer = await checkCurrent(storage, head);
  const { obstacles, notes } = await checkEntries(storage, environment, { entries, manifests, replaced });
  const problems = [
    ...generations.toReversed().flatMap((one) => [...retirementProblems(one), ...one.problems]),
    ...pointer.problems,
    ...(await tagProblems(storage, tagged)),
    ...obstacles.map(({ path, why }): Problem => ({ code: 'STORE_DAMAGED', message: `${path}: ${why}` })),
  ];
  const { current } = pointer;
  return {
    head,
    current,
    generations,
    filesChecked: files.filesChecked,
    tags: tagged.tags,
    damagedTags: tagged.damaged,
    obstacles,
    problems,
    notes,
  };
}

async function findHead(storage: Storage): Promise<number> {
  return (await storage.listGenerations()).at(-1) ?? 0;
}

type ReadTags = Awaited<ReturnType<typeof readReadableTags>>;

/** None if something else is in the place of their directory, which is found as an obstacle. */
async function readTagsBehindObstacles(storage: Storage): Promise<ReadTags> {
  try {
    return await readReadableTags(storage);
  } catch (error) {
    if (isStoreError(error, 'STORE_DAMAGED')) return { tags: [], damaged: [] };
    throw error;
  }
}

async function readGenerations(
  storage: Storage,
  tags: readonly Tag[],
  replaced: ReplacedFolders,
): Promise<readonly ExaminedGeneration[]> {
  const generations: ExaminedGeneration[] = [];
  const listed = await storage.listGenerations();
  for (const generation of listed) {
    const ownTags = tags.filter((tag) => tag.generation === generation).map(({ name }) => name);
    const found = await storage.readManifest(generation);
    const isRetired = found?.isRetired === true;
    const isRetiredHead = isRetired && (await isStillHead(storage, generation, listed));
    if (isRetired && !isRetiredHead && ownTags.length === 0) continue;
    const about = { generation, hasManifestFile: found !== undefined, isRetiredHead, tags: ownTags };
    if (found === undefined) {
      // Collected since it was listed, or really without one.
      if (!(await storage.listGenerations()).includes(generation)) continue;
      const isReplaced = replaced.ofGeneration(generation) !== undefined;
      const what = isReplaced ? 'expected a directory, found a link or a special file' : 'its manifest is missing';
      const message = `generation ${generation}: ${what}`;
      const problem: Problem = { code: 'GENERATION_DAMAGED', message, generation };
      generations.push({ ...about, manifest: undefined, problems: [problem] });
    } else generations.push({ ...about, ...decode(found.bytes, generation) });
  }
  return generations;
}

function decode(bytes: Uint8Array, generation: number): Pick<ExaminedGeneration, 'manifest' | 'problems'> {
  try {
    return { manifest: decodeManifest(bytes, generation), problems: [] };
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return { manifest: undefined, problems: [{ code: error.code, message: error.message, generation }] };
  }
}

function retirementProblems({ generation, isRetiredHead }: ExaminedGeneration): readonly Problem[] {
  return isRetiredHead ? [{ code: 'GENERATION_DAMAGED', message: retiredHead(generation).message, generation }] : [];
}

/** None if something else is in the place of their directory, which is found as an obstacle. */
async function listRegistered(storage: Storage): Promise<ReadonlySet<string>> {
  try {
    return new Set((await storage.listRecords('instances')).map(({ id }) => id));
  } catch (error) {
    if (isStoreError(error, 'STORE_DAMAGED')) return new Set();
    throw error;
  }
}

async function contentProblems(
  storage: Storage,
  { generation, manifest, tags }: ExaminedGeneration,
  { files, strangers }: { readonly files: FileChecks; readonly strangers: ReadonlyMap<number, string> },
): Promise<readonly Problem[]> {
  const stranger = strangers.get(generation);
  const ofFiles = [...(manifest?.files ?? [])].flatMap(([name, file]) => {
    const problem = files.problemOf(name, file);
    return problem === undefined ? [] : [`file ${JSON.stringify(name)} ${problem}`];
  });
  const problems = [...(stranger === undefined ? [] : [stranger]), ...ofFiles].map(
    (what): Problem => ({ code: 'GENERATION_DAMAGED', message: `generation ${generation}: ${what}`, generation }),
  );
  // What was collected while we looked was not wrong.
  return problems.length > 0 && (await isKept(storage, generation, tags)) ? problems : [];
}

async function isKept(storage: Storage, generation: number, tags: readonly string[]): Promise<boolean> {
  const found = await storage.readManifest(generation);
  if (found === undefined || !found.isRetired) return found !== undefined;
  if (await isStillHead(storage, generation, [generation])) return true;
  return (await readReadableTags(storage)).tags.some(({ name }) => tags.includes(name));
}

async function checkCurrent(
  storage: Storage,
  head: number,
): Promise<{ readonly current: number | undefined; readonly problems: readonly Problem[] }> {
  const current = await storage.readCurrent();
  const newHead = await findHead(storage);
  const wrong = (message: string): readonly Problem[] => [{ code: 'CURRENT_DAMAGED', message: `CURRENT: ${message}` }];
  if (current === undefined) {
    const isDamaged = head > 0;
    const message = 'missing or damaged; it is rebuilt when the store is next opened for writing';
    return { current, problems: isDamaged ? wrong(message) : [] };
  }
  // It may lag, and what it names may be gone by then: the next commit or opening raises it.
  const isAhead = current > newHead;
  return { current, problems: isAhead ? wrong(`names generation ${current}, the newest is ${newHead}`) : [] };
}

async function tagProblems(storage: Storage, { tags, damaged }: ReadTags): Promise<readonly Problem[]> {
  const problems = damaged.map(
    (name): Problem => ({ code: 'STORE_DAMAGED', message: `tag ${name}: its record is damaged` }),
  );
  for (const { name, generation, isLost = false } of tags) {
    if (!isLost && (await storage.listGenerations()).includes(generation)) continue;
    // What was untagged while we looked was not wrong either.
    const now = await readReadableTags(storage);
    if (!now.tags.some((tag) => tag.name === name && tag.generation === generation)) continue;
    const message = `tag ${name}: generation ${generation} is gone${isLost ? ', another has its number' : ''}`;
    problems.push({ code: 'TAG_DANGLING', message, generation });
  }
  return problems;
}
