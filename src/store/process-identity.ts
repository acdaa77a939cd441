import fs from 'node:fs';
import { z } from 'zod';
import { isSystemError } from './errors.js';

/**
 * Which thread of which process, on which boot of which host. A pid alone says little: pids are reused, and containers
 * number their own.
 */
export interface ProcessIdentity {
  readonly host: string;
  /** The kernel's id of this boot; `''` where there is none to read. */
  readonly bootId: string;
  /** The namespace that `pid` counts in; `''` where there is none to read. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When the process started, in clock ticks since the boot; `''` where there is none to read. */
  readonly startTime: string;
  /** The namespace that `startTime` counts in; missing where there is none to read. */
  readonly timeNamespace?: string | undefined;
  /** Missing where the system does not tell threads apart. */
  readonly thread?: ThreadIdentity | undefined;
}

/** A thread, which may end long before its process does (`Worker.terminate`). */
interface ThreadIdentity {
  /** As the operating system counts; that of the main thread is the pid. */
  readonly id: number;
  readonly startTime: string;
}

export const processIdentitySchema: z.ZodType<ProcessIdentity> = z.object({
  host: z.string(),
  bootId: z.string(),
  pidNamespace: z.string(),
  pid: z.number().int().positive(),
  startTime: z.string(),
  timeNamespace: z.string().optional(),
  thread: z.object({ id: z.number().int().positive(), startTime: z.string() }).optional(),
});

/**
 * What a record holds; `undefined` if it is not of this schema, `lost` if it is no JSON at all. A record appears under
 * its name only when it is written whole, so one that is not has lost its bytes to a power cut, and its writer is dead.
 */
export function parseRecord<T>(bytes: Uint8Array, schema: z.ZodType<T>): T | 'lost' | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return 'lost';
    throw error;
  }
}

let ownIdentity: ProcessIdentity | undefined;

/**
 * The identity of the calling thread; read once, for it cannot change.
 * @throws what the system says where it has no descriptor or memory left to look with
 */
export function readOwnIdentity(process: { readonly host: string; readonly pid: number }): ProcessIdentity {
  if (ownIdentity?.pid === process.pid && ownIdentity.host === process.host) return ownIdentity;
  ownIdentity = {
    host: process.host,
    bootId: readText('/proc/sys/kernel/random/boot_id'),
    pidNamespace: readLink('/proc/self/ns/pid'),
    pid: process.pid,
    startTime: readStartTime(String(process.pid)),
    timeNamespace: readLink('/proc/self/ns/time') || undefined,
    thread: readOwnThread(process.pid),
  };
  return ownIdentity;
}

/** Whether the thread of `identity` runs, as far as `self` can see from its own host, boot and pid namespace. */
export function judgeProcess(
  identity: ProcessIdentity | 'lost' | undefined,
  self: ProcessIdentity,
): 'alive' | 'dead' | 'unknown' {
  if (identity === undefined) return 'unknown';
  if (identity === 'lost') return 'dead';
  if (identity.host !== self.host) return 'unknown';
  // The same host after a reboot: whatever ran before does not run now.
  if (identity.bootId !== self.bootId) return identity.bootId === '' || self.bootId === '' ? 'unknown' : 'dead';
  if (identity.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!processExists(identity.pid)) return 'dead';
  // Its start, and those of its threads, are told by a clock that another namespace shifts.
  const { timeNamespace } = identity;
  if (timeNamespace !== undefined && timeNamespace !== self.timeNamespace) return 'unknown';
  try {
    return judgeStart(identity, self);
  } catch (error) {
    // Nobody can look just now, and whoever is taken for dead loses what it holds.
    if (isSystemError(error, ...SHORTAGES)) return 'alive';
    throw error;
  }
}

/** Whether the process that has the pid now is the one that the identity is of, and its thread runs. */
function judgeStart(identity: ProcessIdentity, self: ProcessIdentity): 'alive' | 'dead' {
  if (identity.pid === self.pid) return identity.startTime === self.startTime ? judgeThread(identity) : 'dead';
  if (identity.startTime === '') return 'alive';
  const startTime = readStartTime(String(identity.pid));
  if (startTime === '') return 'alive';
  return startTime === identity.startTime ? judgeThread(identity) : 'dead';
}

/** Whether a thread of a process that runs does so too. */
function judgeThread({ pid, thread }: ProcessIdentity): 'alive' | 'dead' {
  // The main thread ends with its process.
  if (thread === undefined || thread.id === pid) return 'alive';
  const startTime = readStartTime(`${pid}/task/${thread.id}`);
  if (startTime !== '') return startTime === thread.startTime ? 'alive' : 'dead';
  // Gone, unless this user may not look at the threads of that process at all.
  return readStartTime(`${pid}/task/${pid}`) === '' ? 'alive' : 'dead';
}

/** /proc/thread-self leads to PID/task/TID (proc(5)). */
function readOwnThread(pid: number): ThreadIdentity | undefined {
  const [, owner, id] = /^(\d+)\/task\/(\d+)$/.exec(readLink('/proc/thread-self')) ?? [];
  if (Number(owner) !== pid || id === undefined) return undefined;
  return { id: Number(id), startTime: readStartTime(`${pid}/task/${id}`) };
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat or /proc/PID/task/TID/stat (proc(5)); the name in field 2 may hold spaces and parentheses. A zombie counts as gone. */
function readStartTime(task: string): string {
  const stat = readText(`/proc/${task}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return 'zombie';
  return fields[19] ?? '';
}

/** What the system says where it could not even look; asked again, it may answer. */
const SHORTAGES = ['EMFILE', 'ENFILE', 'ENOMEM'] as const;

function readText(path: string): string {
  return unlessMissing(() => fs.readFileSync(path, 'utf8').trim());
}

function readLink(path: string): string {
  return unlessMissing(() => fs.readlinkSync(path));
}

/** `''` where there is nothing to read: no /proc on this platform, or the process has just gone. */
function unlessMissing(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (isSystemError(error, ...SHORTAGES)) throw error;
    return '';
  }
}
