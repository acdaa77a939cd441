/**
 * Makes the operating system's calls fail, one at a time or from one on: every function of `node:fs` that the store or
 * a library below it calls is wrapped, and counts and fails only for paths and descriptors below one directory.
 */
import fs from 'node:fs';

/** How a call goes wrong. */
export type Fault =
  /** The call is not made and answers with this code. */
  | { readonly kind: 'code'; readonly code: string }
  /** The call is made, and answers EEXIST as if somebody else had been first: a repeated request on a network. */
  | { readonly kind: 'exists after success' }
  /** A write takes half of its bytes and says so. */
  | { readonly kind: 'short write' };

/** Which calls go wrong. */
export interface Plan {
  readonly directory: string;
  /** The first call that fails, counted from 0; `Infinity` only counts. */
  readonly from: number;
  /** Whether every later call fails too. */
  readonly isLasting: boolean;
  readonly fault: Fault;
  /** Calls that change nothing are neither failed nor counted. Default false. */
  readonly sparesReading?: boolean;
}

/** What came of a plan. */
export interface Injection {
  /** The calls that were made below the directory, by name and path below it. */
  readonly calls: readonly string[];
  /** How many of them went wrong. */
  readonly failed: number;
}

/** Regular files that were synced again after a sync of theirs had failed: a success that would prove nothing. */
export const syncedAgain: string[] = [];

const ON_PATHS = [
  'openSync',
  'lstatSync',
  'statSync',
  'statfsSync',
  'readdirSync',
  'mkdirSync',
  'rmdirSync',
  'unlinkSync',
  'unlink',
  'rmdir',
  'renameSync',
  'linkSync',
  'utimesSync',
  'realpathSync',
  'chmodSync',
  'chownSync',
] as const;
const ON_DESCRIPTORS = ['readSync', 'writeSync', 'fstatSync', 'fsyncSync', 'closeSync', 'fsync', 'write'] as const;
const WITH_CALLBACK: ReadonlySet<string> = new Set(['fsync', 'write', 'unlink', 'rmdir']);
const CREATING: ReadonlySet<string> = new Set(['mkdirSync', 'renameSync', 'linkSync']);
const WRITING: ReadonlySet<string> = new Set(['writeSync', 'write']);
const READING: ReadonlySet<string> = new Set([
  'lstatSync',
  'statSync',
  'statfsSync',
  'readdirSync',
  'realpathSync',
  'readSync',
  'fstatSync',
  'closeSync',
]);

interface State {
  plan: Plan | undefined;
  calls: string[];
  failed: number;
}

/** Inodes of regular files whose fsync was made to fail. */
const unsynced = new Set<number>();

const state: State = { plan: undefined, calls: [], failed: 0 };
/** Open descriptors of files below the directory of a plan, with their paths. */
const descriptors = new Map<number, string>();

/** Not wrapped: these are our own looks. */
const statusOf = fs.fstatSync;
const lookAt = fs.lstatSync;

for (const name of ON_PATHS) wrap(name, (target) => (typeof target === 'string' ? target : undefined));
for (const name of ON_DESCRIPTORS)
  wrap(name, (target) => (typeof target === 'number' ? descriptors.get(target) : undefined));

/** Does `action` while `plan` is in force. */
export async function whileFailing<T>(
  plan: Plan,
  action: () => Promise<T>,
): Promise<Injection & { readonly value: T }> {
  Object.assign(state, { plan, calls: [], failed: 0 });
  try {
    const value = await action();
    return { value, calls: state.calls, failed: state.failed };
  } finally {
    state.plan = undefined;
  }
}

/** Begins anew: inodes are given out again. */
export function forgetFailedSyncs(): void {
  unsynced.clear();
  syncedAgain.length = 0;
}

function wrap(name: (typeof ON_PATHS)[number] | (typeof ON_DESCRIPTORS)[number], pathOf: PathOf): void {
  const original: unknown = Reflect.get(fs, name);
  if (typeof original !== 'function') throw new TypeError(`node:fs has no ${name}`);
  const call = (parameters: readonly unknown[]): unknown => Reflect.apply(original, fs, parameters);
  Reflect.set(fs, name, (...parameters: readonly unknown[]): unknown => {
    const path = pathOf(parameters[0]);
    if (name === 'fsync' || name === 'fsyncSync') noteRetry(path, parameters[0]);
    const target =
      name === 'unlinkSync' || name === 'unlink' ? parameters[0] : name === 'renameSync' ? parameters[1] : undefined;
    const before = inodeAt(target);
    try {
      const answer = goWrong(name, path, parameters, call);
      remember(name, path, parameters[0], answer);
      return answer;
    } finally {
      // The inode of a file that is gone may be the next file's.
      if (before !== undefined && (name === 'unlink' || inodeAt(target) !== before)) unsynced.delete(before);
    }
  });
}

type PathOf = (target: unknown) => string | undefined;

function goWrong(
  name: string,
  path: string | undefined,
  parameters: readonly unknown[],
  call: (parameters: readonly unknown[]) => unknown,
): unknown {
  const { plan } = state;
  if (plan === undefined || path === undefined || !path.startsWith(plan.directory)) return call(parameters);
  if (plan.sparesReading && isReading(name, parameters)) return call(parameters);
  const index = state.calls.length;
  state.calls.push(`${name} ${path.slice(plan.directory.length + 1)}`);
  const isChosen = plan.isLasting ? index >= plan.from : index === plan.from;
  if (!isChosen || !concerns(plan.fault, name, parameters)) return call(parameters);
  state.failed += 1;
  if (plan.fault.kind === 'short write') return call(halved(parameters));
  const code = plan.fault.kind === 'code' ? plan.fault.code : 'EEXIST';
  if (name === 'fsync' || name === 'fsyncSync') noteFailedSync(parameters[0]);
  // Whatever it answers, a descriptor is closed afterwards.
  const isMade = plan.fault.kind === 'exists after success' || name === 'closeSync';
  const made = isMade ? call(parameters) : undefined;
  if (name === 'openSync' && typeof made === 'number') fs.closeSync(made);
  const error = Object.assign(new Error(`${code}: injected, ${name} '${path}'`), { code, syscall: name });
  if (!WITH_CALLBACK.has(name)) throw error;
  const done = parameters.at(-1);
  if (typeof done === 'function') queueMicrotask(() => Reflect.apply(done, undefined, [error]));
  return undefined;
}

/** Whether such a fault can happen to such a call. */
function concerns(fault: Fault, name: string, parameters: readonly unknown[]): boolean {
  if (fault.kind === 'short write') return WRITING.has(name) && bytesIn(parameters) > 1;
  if (fault.kind === 'exists after success') return CREATING.has(name) || isExclusiveOpen(name, parameters);
  return true;
}

function isReading(name: string, [, flags]: readonly unknown[]): boolean {
  if (name !== 'openSync') return READING.has(name);
  return typeof flags === 'number' ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) === 0 : flags === 'r';
}

function isExclusiveOpen(name: string, parameters: readonly unknown[]): boolean {
  return name === 'openSync' && parameters[1] === 'wx';
}

function bytesIn(parameters: readonly unknown[]): number {
  const [, bytes, , length] = parameters;
  if (typeof length === 'number') return length;
  return typeof bytes === 'string' || bytes instanceof Uint8Array ? bytes.length : 0;
}

/** The same write of half as many bytes, or of half a string. */
function halved(parameters: readonly unknown[]): readonly unknown[] {
  const [descriptor, bytes, offset, length, ...rest] = parameters;
  if (typeof bytes === 'string')
    return [descriptor, bytes.slice(0, Math.ceil(bytes.length / 2)), offset, length, ...rest];
  return [descriptor, bytes, offset, Math.ceil(bytesIn(parameters) / 2), ...rest];
}

function noteFailedSync(descriptor: unknown): void {
  if (typeof descriptor !== 'number') return;
  const status = statusOf(descriptor);
  if (status.isFile()) unsynced.add(status.ino);
}

function inodeAt(path: unknown): number | undefined {
  return typeof path === 'string' && unsynced.size > 0 ? lookAt(path, { throwIfNoEntry: false })?.ino : undefined;
}

function noteRetry(path: string | undefined, descriptor: unknown): void {
  if (path === undefined || typeof descriptor !== 'number' || unsynced.size === 0) return;
  if (unsynced.has(statusOf(descriptor).ino)) syncedAgain.push(path);
}

function remember(name: string, path: string | undefined, target: unknown, answer: unknown): void {
  if (name === 'openSync' && path !== undefined && typeof answer === 'number') descriptors.set(answer, path);
  if (name === 'closeSync' && typeof target === 'number') descriptors.delete(target);
}
