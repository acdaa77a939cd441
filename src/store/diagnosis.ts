/** How a store is, for a person who wonders: looks at everything and changes nothing. */
import path from 'node:path';
import { requirePath } from './argument-checks.js';
import { type CollectionPlan, planCollection } from './collection-plan.js';
import type { Environment } from './environment.js';
import { isStoreError, storeErrorFrom } from './errors.js';
import { examine } from './examination.js';
import { type Instance, readInstance } from './instances.js';
import { type FileSystemSurvey, surveyFileSystem } from './local/file-system-survey.js';
import { LocalStorage } from './local/local-storage.js';
import { DAMAGED_DIRECTORY, DRAFTS_DIRECTORY, GENERATIONS_DIRECTORY, TRASH_DIRECTORY } from './names.js';
import { hasRoomOfStore } from './opening.js';
import { type Retention, resolveOptions } from './options.js';
import type { Note, Problem } from './problem.js';
import { judgeProcess } from './process-identity.js';
import { isS3Location } from './s3/s3-location.js';
import type { LockState } from './upkeep.js';

/** A process that has the store open, or had it open when it died. */
export interface DiagnosedInstance extends Instance {
  /** As far as can be told from here; `unknown` for another host or container. */
  readonly state: 'alive' | 'dead' | 'unknown';
}

/** What the parts of a store occupy. Bytes. */
export interface OccupiedSpace {
  readonly generations: number;
  readonly drafts: number;
  readonly trash: number;
  readonly setAside: number;
}

/** What can be said of a store without reading the content of its files. */
export interface Diagnosis {
  readonly location: string;
  readonly exists: boolean;
  /** Whether this user may write there, or make it. */
  readonly isWritable: boolean;
  readonly fileSystem: FileSystemSurvey;
  /** What a user should know of the place, one sentence each. */
  readonly warnings: readonly string[];
  readonly locks: readonly LockState[];
  readonly instances: readonly DiagnosedInstance[];
  /** The head; 0 if there is none. */
  readonly generation: number;
  /** What collecting would do now; `undefined` where a damaged tag or pin keeps it from doing anything. */
  readonly collection: CollectionPlan | undefined;
  readonly space: OccupiedSpace;
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** How to look. */
export interface DiagnosisOptions {
  /** What `collection` goes by; default as for an open store. */
  readonly retention?: Partial<Retention>;
  readonly environment?: Environment;
}

/**
 * Diagnoses the store in a local directory, or on S3, be it missing, damaged, read-only or in use. Where it may write, it
 * tries out the file system in a folder of its own, which it removes again; a bucket with an object of its own.
 * @throws StoreError INVALID_OPTION (also a directory that is no store and holds other files), STORE_UNREADABLE, IO_FAILED
 */
export async function diagnoseStore(directory: string, options: DiagnosisOptions = {}): Promise<Diagnosis> {
  const { retention, environment } = resolveOptions(options);
  if (isS3Location(directory)) {
    const { openS3Place } = await import('./s3/open-s3-storage.js');
    const { diagnoseObjectStore } = await import('./s3/object-diagnosis.js');
    return diagnoseObjectStore(await openS3Place(directory), environment, retention);
  }
  const location = path.resolve(requirePath('directory', directory));
  try {
    return await diagnose(new LocalStorage(location, environment), environment, retention);
  } catch (error) {
    throw storeErrorFrom(error, `diagnose ${location}`);
  }
}

async function diagnose(storage: LocalStorage, environment: Environment, retention: Retention): Promise<Diagnosis> {
  const { location } = storage;
  const exists = await withoutDamage(async () => (await storage.exists()) || hasRoomOfStore(storage), true);
  const place = {
    location,
    isWritable: await storage.upkeep.isWritable(),
    fileSystem: await surveyFileSystem(location, environment),
  };
  if (!exists) return { ...place, ...NOTHING };
  const { head, problems, notes } = await examine(storage, environment, { contents: 'sizes' });
  return {
    ...place,
    exists: true,
    warnings: (await storage.inspect()).warnings,
    locks: await storage.upkeep.listLocks(),
    instances: await listInstances(storage, environment),
    generation: head,
    collection: await planUnlessDamaged(storage, environment, retention),
    space: await measure(storage),
    problems,
    notes,
  };
}

const NOTHING: Omit<Diagnosis, 'location' | 'isWritable' | 'fileSystem'> = {
  exists: false,
  warnings: [],
  locks: [],
  instances: [],
  generation: 0,
  collection: undefined,
  space: { generations: 0, drafts: 0, trash: 0, setAside: 0 },
  problems: [],
  notes: [],
};

async function listInstances(storage: LocalStorage, environment: Environment): Promise<readonly DiagnosedInstance[]> {
  const instances: DiagnosedInstance[] = [];
  for (const { id } of await withoutDamage(() => storage.listRecords('instances'), [])) {
    const found = await readInstance(storage, id);
    if (found === undefined || found === 'lost') continue;
    instances.push({ ...found, state: judgeProcess(found.identity, environment.identity()) });
  }
  return instances;
}

function planUnlessDamaged(
  storage: LocalStorage,
  environment: Environment,
  retention: Retention,
): Promise<CollectionPlan | undefined> {
  return withoutDamage(() => planCollection(storage, environment, retention), undefined);
}

/** What `action` answers, or `otherwise` if damage keeps it from answering; `problems` says what damage that is. */
async function withoutDamage<T>(action: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isStoreError(error, 'STORE_DAMAGED', 'STORE_FORMAT_NEWER')) return otherwise;
    throw error;
  }
}

async function measure(storage: LocalStorage): Promise<OccupiedSpace> {
  const sizes = new Map<string, number>();
  for (const { path: entry, sizeBytes } of await storage.upkeep.listEntries()) {
    const [top = ''] = entry.split('/', 1);
    sizes.set(top, (sizes.get(top) ?? 0) + sizeBytes);
  }
  const of = (directory: string): number => sizes.get(directory) ?? 0;
  return {
    generations: of(GENERATIONS_DIRECTORY),
    drafts: of(DRAFTS_DIRECTORY),
    trash: of(TRASH_DIRECTORY),
    setAside: of(DAMAGED_DIRECTORY),
  };
}
