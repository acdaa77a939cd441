/** What lies in a store that belongs to no generation, and whether anybody should mind. */
import type { Environment } from './environment.js';
import { isStoreError } from './errors.js';
import { readInstance } from './instances.js';
import { decodeManifest, type Manifest } from './manifest.js';
import { GENERATIONS_DIRECTORY, generationName, MANIFEST_FILE, RETIRED_FILE, SYNCED_FILE } from './names.js';
import type { Note } from './problem.js';
import { judgeProcess } from './process-identity.js';
import type { ReplacedFolders } from './replaced-folders.js';
import type { Storage } from './storage.js';
import { type EntryRole, type JudgedEntry, judgeEntries } from './store-entries.js';
import type { StoredEntry } from './upkeep.js';

/** What was found among the entries. */
export interface EntryFindings {
  /** Entries that nobody of ours made and that keep the store from working. */
  readonly obstacles: readonly { readonly path: string; readonly why: string }[];
  readonly notes: readonly Note[];
}

/** What the entries are judged by. */
export interface Evidence {
  /** Listed before the manifests were read. */
  readonly entries: readonly StoredEntry[];
  /** Of the history and of what tags keep. */
  readonly manifests: readonly Manifest[];
  readonly replaced: ReplacedFolders;
}

/** Tells obstacles, strays and leftovers; what was gone by the time of a second look was nothing but work under way. */
export async function checkEntries(
  storage: Storage,
  environment: Environment,
  evidence: Evidence,
): Promise<EntryFindings> {
  const judged = judgeEntries(evidence.entries);
  const obstacles = [
    ...judged.flatMap(({ path, role }) => (role.is === 'obstacle' ? [{ path, why: role.why }] : [])),
    ...replacedFolders(evidence),
    ...blockedRetirements(evidence.entries),
  ];
  const notes = [
    ...(await temporaryNotes(storage, environment, judged)),
    ...(await generationNotes(storage, evidence.manifests, judged)),
    ...judged.flatMap(({ path, role }) => simpleNote(path, role)),
  ].filter((note) => !obstacles.some(({ path }) => note.path === path || note.path.startsWith(`${path}/`)));
  if (obstacles.length + notes.length === 0) return { obstacles, notes };
  const there = new Set(((await storage.upkeep?.listEntries()) ?? []).map(({ path }) => path));
  return {
    obstacles: obstacles.filter(({ path }) => there.has(path)),
    notes: notes.filter(({ path }) => there.has(path)),
  };
}

/** Those in which a generation has files; the generation's own directory is told of as a damaged generation. */
function replacedFolders({ manifests, replaced }: Evidence): EntryFindings['obstacles'] {
  const found = new Set(
    manifests.flatMap(({ files }) =>
      [...files].flatMap(([name, { owner }]) => {
        const path = replaced.ofGeneration(owner) === undefined ? replaced.onTheWayTo({ owner, name }) : undefined;
        return path ?? [];
      }),
    ),
  );
  return [...found].map((path) => ({ path, why: 'expected a directory' }));
}

/**
 * What stands where the manifest of a generation is to be renamed to, and is no file. In the place of a retired
 * generation's manifest it is told of as a damaged generation.
 */
function blockedRetirements(entries: readonly StoredEntry[]): EntryFindings['obstacles'] {
  const files = new Set(entries.flatMap(({ path, kind }) => (kind === 'file' ? [path] : [])));
  return entries.flatMap(({ path, kind }) => {
    const [top, directory, name, deeper] = path.split('/');
    const isMark = top === GENERATIONS_DIRECTORY && name === RETIRED_FILE && deeper === undefined;
    if (!isMark || kind === 'file' || !files.has(`${top}/${directory}/${MANIFEST_FILE}`)) return [];
    return [{ path, why: 'expected a file' }];
  });
}

function simpleNote(path: string, role: EntryRole): readonly Note[] {
  if (role.is === 'stray') return [stray(path)];
  if (role.is !== 'setAside') return [];
  return [
    { code: 'SET_ASIDE', path, message: `${path}: set aside by a repair; delete it when nobody wants it any more` },
  ];
}

function stray(path: string): Note {
  return { code: 'STRAY', path, message: `${path}: nothing in this store made it or refers to it` };
}

/** In the directory of a generation. */
function strayFile(path: string): Note {
  return {
    ...stray(path),
    message: `${path}: no generation names it, so collecting deletes it; nothing in this store made it`,
  };
}

function leftover(path: string, what: string): Note {
  return { code: 'LEFTOVER', path, message: `${path}: ${what}` };
}

async function temporaryNotes(
  storage: Storage,
  environment: Environment,
  judged: readonly JudgedEntry[],
): Promise<readonly Note[]> {
  const owners = new OwnerNames(storage, environment);
  const locks = new Map(
    ((await storage.upkeep?.listLocks()) ?? []).map((lock) => [`${lock.lock}/${lock.holder}`, lock]),
  );
  const notes: Note[] = [];
  for (const { path, role } of judged) {
    if (role.is === 'holder' && locks.get(path)?.state === 'dead') {
      const pid = locks.get(path)?.process?.pid;
      notes.push(
        leftover(path, `holder${pid === undefined ? '' : ` (pid ${pid})`} is dead; whoever comes next takes over`),
      );
    }
    if (role.is !== 'temporary') continue;
    const owner = await owners.find(role.instance);
    if (owner !== undefined) notes.push(leftover(path, `${role.what}${owner}; it is cleared away`));
  }
  return notes;
}

/** Who left something, if they are dead. */
class OwnerNames {
  readonly #storage: Storage;
  readonly #environment: Environment;
  readonly #known = new Map<string, string | undefined>();

  constructor(storage: Storage, environment: Environment) {
    this.#storage = storage;
    this.#environment = environment;
  }

  /** ` of …`, `''` if nobody is named, `undefined` if they may be alive. */
  async find(instance: string | undefined): Promise<string | undefined> {
    if (instance === undefined) return '';
    if (!this.#known.has(instance)) this.#known.set(instance, await this.#describe(instance));
    return this.#known.get(instance);
  }

  async #describe(instance: string): Promise<string | undefined> {
    const found = await this.#read(instance);
    if (found === undefined) return ` of instance ${instance}, which is gone`;
    if (found === 'lost') return ` of instance ${instance}, whose record is lost`;
    const isDead = judgeProcess(found.identity, this.#environment.identity()) === 'dead';
    return isDead ? ` of pid ${found.identity.pid} (${found.client}), which is dead` : undefined;
  }

  async #read(instance: string): ReturnType<typeof readInstance> {
    try {
      return await readInstance(this.#storage, instance);
    } catch (error) {
      // Something else is in the place of the records, and is told of as that.
      if (isStoreError(error, 'STORE_DAMAGED')) return undefined;
      throw error;
    }
  }
}

const BOOKKEEPING: ReadonlySet<string> = new Set([MANIFEST_FILE, RETIRED_FILE, SYNCED_FILE]);

/** Files in generations that nothing names: a retired generation's are on their way out, others were never ours. */
async function generationNotes(
  storage: Storage,
  manifests: readonly Manifest[],
  judged: readonly JudgedEntry[],
): Promise<readonly Note[]> {
  const named = new Set(manifests.flatMap(({ files }) => [...files].map(([name, { owner }]) => `${owner}/${name}`)));
  const readable = new Set(manifests.map(({ generation }) => generation));
  const inside = new Map<number, { readonly path: string; readonly name: string }[]>();
  for (const { path, role } of judged) {
    if (role.is !== 'generationFile') continue;
    const files = inside.get(role.generation) ?? [];
    files.push({ path, name: role.name });
    inside.set(role.generation, files);
  }
  const notes: Note[] = [];
  for (const [generation, files] of inside) {
    const unnamed = files.filter(({ name }) => !BOOKKEEPING.has(name) && !named.has(`${generation}/${name}`));
    const retired = readable.has(generation) ? undefined : await readRetired(storage, generation);
    if (readable.has(generation)) notes.push(...unnamed.map(({ path }) => strayFile(path)));
    if (retired === undefined) continue;
    const strays = unnamed.filter(({ name }) => retired.names?.has(name) === false);
    notes.push(...strays.map(({ path }) => strayFile(path)));
    const isNeeded = files.some(({ name }) => named.has(`${generation}/${name}`));
    const directory = `${GENERATIONS_DIRECTORY}/${generationName(generation)}`;
    if (!isNeeded || unnamed.length > strays.length)
      notes.push(leftover(directory, 'retired, and not collected yet; the next collecting does it'));
  }
  return notes;
}

/** What a retired generation wrote, as far as it can be read; `undefined` if it is not retired. */
async function readRetired(
  storage: Storage,
  generation: number,
): Promise<{ readonly names: ReadonlySet<string> | undefined } | undefined> {
  const found = await storage.readManifest(generation);
  if (found?.isRetired !== true) return undefined;
  try {
    return { names: new Set(decodeManifest(found.bytes, generation).files.keys()) };
  } catch (error) {
    if (isStoreError(error, 'GENERATION_DAMAGED', 'STORE_FORMAT_NEWER')) return { names: undefined };
    throw error;
  }
}
