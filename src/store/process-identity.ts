import fs from 'node:fs';
import { z } from 'zod';

/**
 * Which process, on which boot of which host. A pid alone says little: pids are reused, and containers number their
 * own.
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
}

export const processIdentitySchema: z.ZodType<ProcessIdentity> = z.object({
  host: z.string(),
  bootId: z.string(),
  pidNamespace: z.string(),
  pid: z.number().int().positive(),
  startTime: z.string(),
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

/** The identity of the calling process; read once, for it cannot change. */
export function readOwnIdentity(process: { readonly host: string; readonly pid: number }): ProcessIdentity {
  if (ownIdentity?.pid === process.pid && ownIdentity.host === process.host) return ownIdentity;
  ownIdentity = {
    host: process.host,
    bootId: readText('/proc/sys/kernel/random/boot_id'),
    pidNamespace: readLink('/proc/self/ns/pid'),
    pid: process.pid,
    startTime: readStartTime(process.pid),
  };
  return ownIdentity;
}

/** Whether the process of `identity` runs, as far as `self` can see from its own host, boot and pid namespace. */
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
  if (identity.pid === self.pid) return identity.startTime === self.startTime ? 'alive' : 'dead';
  if (!processExists(identity.pid)) return 'dead';
  if (identity.startTime === '') return 'alive';
  const startTime = readStartTime(identity.pid);
  return startTime === '' || startTime === identity.startTime ? 'alive' : 'dead';
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

/** Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold spaces and parentheses. A zombie counts as gone. */
function readStartTime(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return 'zombie';
  return fields[19] ?? '';
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8').trim();
  } catch {
    // No /proc on this platform, or the process has just gone.
    return '';
  }
}

function readLink(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return '';
  }
}
