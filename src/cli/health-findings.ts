/** What in a diagnosis somebody should do something about. Pure. */
import type { WatchBudget } from '../search/index.js';
import type { ProblemReport } from '../server/index.js';
import type { Diagnosis, Problem } from '../store/index.js';

/** One thing to do something about; a `problem` makes the index unhealthy, a `warning` may be as somebody wants it. */
export interface HealthFinding {
  readonly severity: 'problem' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What is looked at. */
export interface HealthEvidence {
  readonly diagnosis: Diagnosis;
  /** As `snapdex status` lists them. */
  readonly documentProblems: readonly ProblemReport[];
  readonly watching: WatchBudget | undefined;
  /** `process.versions.node`. */
  readonly nodeVersion: string;
}

/** `engines` of the package. */
const LOWEST_NODE = { major: 20, minor: 19 } as const;
/** From this share of a limit on, the next program that watches may not get what it asks for. */
const NEARLY_USED_UP = 0.9;

/** A repair moves files, and on S3 there is no place to move them to. */
export const REMEDY_ON_S3 =
  '`snapdex index`, or a server that writes the index, puts a complete generation above it; damage below the newest goes with it.';

export function findHealthProblems(evidence: HealthEvidence): readonly HealthFinding[] {
  const { diagnosis, documentProblems, watching, nodeVersion } = evidence;
  return [
    ...nodeFindings(nodeVersion),
    ...placeFindings(diagnosis),
    ...diagnosis.problems.map((problem) => storeFinding(problem, diagnosis.fileSystem.type)),
    ...diagnosis.locks.flatMap(lockFinding),
    ...(watching === undefined ? [] : watchFindings(watching)),
    ...documentProblems.map(documentFinding),
  ];
}

export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LOWEST_NODE.major || (major === LOWEST_NODE.major && minor >= LOWEST_NODE.minor);
}

function nodeFindings(version: string): readonly HealthFinding[] {
  if (isSupportedNode(version)) return [];
  const { major, minor } = LOWEST_NODE;
  const message = `Node ${version}: snapdex needs ${major}.${minor} or later`;
  return [{ severity: 'problem', code: 'NODE_UNSUPPORTED', message, remedy: 'Update Node.' }];
}

function placeFindings({ exists, isWritable, location, fileSystem, warnings }: Diagnosis): readonly HealthFinding[] {
  const findings: HealthFinding[] = warnings.map((message) => ({
    severity: 'warning',
    code: 'STORE_WARNING',
    message,
    remedy: 'A local disk has none of this: `--index-path` (`index_path`) says where the index is.',
  }));
  if (fileSystem.exclusiveRename === false && fileSystem.type === 's3')
    findings.push({
      severity: 'problem',
      code: 'FILE_SYSTEM_UNSUPPORTED',
      message: `${location}: this bucket ignores the conditions of writes`,
      remedy:
        'Use a bucket without versioning, on a server that honours conditional writes; two writers could overwrite each other here.',
    });
  else if (fileSystem.exclusiveRename === false)
    findings.push({
      severity: 'problem',
      code: 'FILE_SYSTEM_UNSUPPORTED',
      message: `${location}: this file system (${fileSystem.type}) lets a directory be renamed onto a full one`,
      remedy:
        'Put the index on a local disk (`--index-path`, `index_path`); two writers could overwrite each other here.',
    });
  if (fileSystem.isFull)
    findings.push({
      severity: 'problem',
      code: 'NO_SPACE',
      message: `${location}: no space left there, or no inodes, or a quota is used up`,
      remedy:
        'Free some: `snapdex collect` deletes generations that need not be kept, also on a full disk. Queries work on what is there; the index follows the files again once there is space.',
    });
  if (!exists && !isWritable)
    findings.push({
      severity: 'problem',
      code: 'STORE_READ_ONLY',
      message: `${location}: there is no index yet, and this user may not make one there`,
      remedy: 'Make the folder writable, or keep the index in another one: `--index-path`, or SNAPDEX_INDEX_PATH.',
    });
  else if (!exists)
    findings.push({
      severity: 'warning',
      code: 'STORE_NOT_FOUND',
      message: `${location}: there is no index yet`,
      remedy: 'Run `snapdex index`, or start a server on the project.',
    });
  else if (!isWritable)
    findings.push({
      severity: 'warning',
      code: 'STORE_READ_ONLY',
      message: `${location}: this user may not write there`,
      remedy: 'Queries work on what is there; make the directory writable to let the index follow the files.',
    });
  return findings;
}

function storeFinding({ code, message }: Problem, place: string): HealthFinding {
  const remedy =
    code === 'STORE_FORMAT_NEWER'
      ? 'Update snapdex to the version that wrote it.'
      : place === 's3'
        ? REMEDY_ON_S3
        : '`snapdex repair --dry-run` shows what can be done about it, `snapdex repair` does it and deletes nothing.';
  return { severity: 'problem', code, message, remedy };
}

/** What stops all indexing, or all answers; a document that is left out stops nothing. */
const STOPPING: ReadonlySet<string> = new Set([
  'INDEX_OF_OTHER_PROJECT',
  'GENERATION_DAMAGED',
  'SEGMENT_DAMAGED',
  'SEGMENT_FORMAT_NEWER',
]);

function documentFinding(problem: ProblemReport): HealthFinding {
  return { severity: STOPPING.has(problem.code) ? 'problem' : 'warning', ...problem };
}

function lockFinding({ lock, holder, process, state }: Diagnosis['locks'][number]): readonly HealthFinding[] {
  if (state !== 'unknown') return [];
  const who = process === undefined ? `by ${holder}` : `by pid ${process.pid} on ${process.host}`;
  return [
    {
      severity: 'warning',
      code: 'LOCK_HOLDER_UNKNOWN',
      message: `${lock}: held ${who}, and from here nobody can tell whether that is running`,
      remedy: 'If it is not, the lock is taken over ten seconds (store.lock: a minute) after its last sign of life.',
    },
  ];
}

function watchFindings(budget: WatchBudget): readonly HealthFinding[] {
  const { folders, watchLimit, watchesUsed, instanceLimit, instancesUsed } = budget;
  const findings: HealthFinding[] = [];
  if (watchesUsed + folders > watchLimit * NEARLY_USED_UP)
    findings.push({
      severity: 'warning',
      code: 'NOT_WATCHING',
      message: `inotify: a server here needs ${folders} watches; of ${watchLimit} that a user may have, ${watchesUsed} are used`,
      remedy:
        'Raise fs.inotify.max_user_watches (sysctl). Without watches the documents are compared when something is asked.',
    });
  if (instancesUsed + 1 > instanceLimit * NEARLY_USED_UP)
    findings.push({
      severity: 'warning',
      code: 'NOT_WATCHING',
      message: `inotify: of ${instanceLimit} instances that a user may have, ${instancesUsed} are used`,
      remedy:
        'Raise fs.inotify.max_user_instances (sysctl). Without one the documents are compared when something is asked.',
    });
  return findings;
}
