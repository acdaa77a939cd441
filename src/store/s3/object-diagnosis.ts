/** How a store on object storage is, for a person who wonders: looks at everything, but not into the files. */
import { planCollection } from '../collection-plan.js';
import type { DiagnosedInstance, Diagnosis, OccupiedSpace } from '../diagnosis.js';
import type { Environment } from '../environment.js';
import { isStoreError } from '../errors.js';
import { readInstance } from '../instances.js';
import { listGenerations } from '../listed-generations.js';
import type { FileSystemSurvey } from '../local/file-system-survey.js';
import { STORE_LOCK } from '../names.js';
import type { Retention } from '../options.js';
import type { Problem } from '../problem.js';
import { judgeProcess, parseRecord } from '../process-identity.js';
import type { LockState } from '../upkeep.js';
import { requireConditionalWrites } from './conditional-writes.js';
import { Generations } from './generations.js';
import { rootKeys, type StoreKeys } from './object-names.js';
import { type ObjectPlace, ObjectStorage } from './object-storage.js';
import { type ListedObject, RequestRefused } from './object-store.js';
import { Pointer } from './pointer.js';
import { holderSchema } from './register-lock.js';
import { Registers, Unsettled } from './registers.js';
import { StoreRoot } from './store-root.js';

/** What the parts look through. */
interface Look {
  readonly place: ObjectPlace;
  readonly environment: Environment;
  readonly storage: ObjectStorage;
  readonly registers: Registers;
  readonly root: StoreRoot;
  /** Everything below the store's id. */
  readonly objects: readonly ListedObject[];
}

/**
 * Diagnoses the store at a place on object storage, be it missing, damaged, read-only or in use. Tries whether the bucket
 * honours conditional writes, if it may write there.
 * @throws StoreError STORE_NOT_FOUND (the bucket is missing), IO_FAILED where the server cannot be asked
 */
export async function diagnoseObjectStore(
  place: ObjectPlace,
  environment: Environment,
  retention: Retention,
): Promise<Diagnosis> {
  const storage = new ObjectStorage(place, environment);
  const registers = new Registers(place.objects, environment);
  const root = new StoreRoot(storage.location, rootKeys(place.prefix), registers, environment);
  const keys = await root.find();
  const objects = keys === undefined ? [] : await place.objects.list(keys.everything);
  const look: Look = { place, environment, storage, registers, root, objects };
  const { isWritable, exclusiveRename } = await tryConditions(look);
  const about = {
    location: storage.location,
    exists: keys !== undefined,
    isWritable,
    fileSystem: { ...NOT_A_DIRECTORY, exclusiveRename },
    warnings: [],
    notes: [],
  };
  if (keys === undefined) return { ...about, ...NOTHING };
  const { generation, problems } = await findProblems(look, keys);
  return {
    ...about,
    generation,
    problems,
    locks: await listLocks(look, keys),
    instances: await listInstances(look),
    collection: await planUnlessDamaged(look, retention),
    space: occupiedBy(objects, keys),
  };
}

/** Of a file system's abilities only the claim has one of the same meaning here. */
const NOT_A_DIRECTORY: FileSystemSurvey = {
  type: 's3',
  isNetwork: true,
  syncFolder: undefined,
  isFull: false,
  exclusiveRename: undefined,
  directorySync: undefined,
  hardLinks: undefined,
  reflinks: undefined,
  caseSensitive: undefined,
  watching: undefined,
};

const NOTHING: Pick<Diagnosis, 'generation' | 'problems' | 'locks' | 'instances' | 'collection' | 'space'> = {
  generation: 0,
  problems: [],
  locks: [],
  instances: [],
  collection: undefined,
  space: { generations: 0, drafts: 0, trash: 0, setAside: 0 },
};

async function tryConditions({
  registers,
  root,
  environment,
}: Look): Promise<{ readonly isWritable: boolean; readonly exclusiveRename: boolean | undefined }> {
  try {
    await requireConditionalWrites(registers, `${root.keys.root}-probe-${environment.uniqueId()}`);
    return { isWritable: true, exclusiveRename: true };
  } catch (error) {
    if (isStoreError(error, 'FILE_SYSTEM_UNSUPPORTED')) return { isWritable: true, exclusiveRename: false };
    const refusal = error instanceof Unsettled ? error.cause : error;
    if (!(refusal instanceof RequestRefused)) throw error;
    return { isWritable: false, exclusiveRename: undefined };
  }
}

async function findProblems(
  { storage, registers, root, objects }: Look,
  keys: StoreKeys,
): Promise<{ readonly generation: number; readonly problems: readonly Problem[] }> {
  const generations = new Generations(root, registers, new Pointer(root, registers));
  const sizes = new Map(objects.map(({ key, sizeBytes }) => [key, sizeBytes]));
  const problems: Problem[] = [];
  const listed = await listGenerations(storage);
  for (const { generation, isRetired, manifest } of listed) {
    if (isRetired) continue;
    const damaged = (message: string): Problem => ({ code: 'GENERATION_DAMAGED', message, generation });
    if (manifest === undefined) problems.push(damaged(`generation ${generation}: its manifest cannot be read`));
    for (const [name, { owner, sizeBytes }] of manifest?.files ?? []) {
      const own = await fileOf(generations, owner, name);
      const found = own && sizes.get(keys.file(own.draft, own.sha256));
      if (found === sizeBytes) continue;
      const what = found === undefined ? 'is missing' : `expected ${sizeBytes} bytes, found ${found}`;
      problems.push(damaged(`generation ${generation}: file ${JSON.stringify(name)} ${what}`));
    }
  }
  return { generation: listed.at(-1)?.generation ?? 0, problems };
}

/** The draft and the content of a generation's own file; `undefined` if the generation does not say. */
async function fileOf(
  generations: Generations,
  owner: number,
  name: string,
): Promise<{ readonly draft: string; readonly sha256: string } | undefined> {
  try {
    const header = (await generations.read(owner))?.header;
    const file = header?.files.get(name);
    return header && file && { draft: header.draft, sha256: file.sha256 };
  } catch (error) {
    if (isStoreError(error, 'STORE_DAMAGED')) return undefined;
    throw error;
  }
}

async function listLocks({ registers, root, environment }: Look, keys: StoreKeys): Promise<readonly LockState[]> {
  const locks: LockState[] = [];
  const listed = [...(await registers.list(keys.locks)), ...(await registers.list(root.keys.storeLock))];
  for (const { key, name, isLive, modifiedMs } of listed) {
    const found = isLive ? await registers.find(key) : undefined;
    if (found === undefined) continue;
    const record = parseRecord(found.content, holderSchema);
    const holder = typeof record === 'object' ? record : undefined;
    locks.push({
      lock: name === '' ? STORE_LOCK : name,
      holder: holder?.holder ?? '',
      process: holder?.identity,
      state: judgeProcess(holder?.identity, environment.identity()),
      lastSignOfLife: new Date(modifiedMs).toISOString(),
    });
  }
  return locks;
}

async function listInstances({ storage, environment }: Look): Promise<readonly DiagnosedInstance[]> {
  const instances: DiagnosedInstance[] = [];
  for (const { id } of await storage.listRecords('instances')) {
    const found = await readInstance(storage, id);
    if (found === undefined || found === 'lost') continue;
    instances.push({ ...found, state: judgeProcess(found.identity, environment.identity()) });
  }
  return instances;
}

async function planUnlessDamaged(
  { storage, environment }: Look,
  retention: Retention,
): Promise<Diagnosis['collection']> {
  try {
    return await planCollection(storage, environment, retention);
  } catch (error) {
    if (isStoreError(error, 'STORE_DAMAGED', 'STORE_FORMAT_NEWER')) return undefined;
    throw error;
  }
}

function occupiedBy(objects: readonly ListedObject[], keys: StoreKeys): OccupiedSpace {
  const below = (prefix: string): number =>
    objects.reduce((sum, { key, sizeBytes }) => sum + (key.startsWith(prefix) ? sizeBytes : 0), 0);
  return {
    generations: below(keys.generations) + below(keys.files),
    drafts: below(keys.drafts),
    trash: 0,
    setAside: 0,
  };
}
