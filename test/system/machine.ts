/** What a fault needs of the machine, and why it is skipped where that is missing. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'vitest';

export interface Needs {
  /** Root in a mount namespace of its own, as `npm run system` makes one. */
  readonly mounts?: true;
  /** Network namespaces, and cables between them. */
  readonly networks?: true;
  /** Names as in /proc/filesystems. */
  readonly fileSystems?: readonly string[];
  /** Programs, looked for in PATH. */
  readonly commands?: readonly string[];
  /** Files that must be there, such as devices and C headers. */
  readonly files?: readonly string[];
}

/** Skips the test, with the reason, where something it needs is missing. */
export function requireMachine(context: TestContext, needs: Needs): void {
  const missing = findMissing(needs);
  if (missing !== undefined) context.skip(missing);
}

/** What is missing here, as a reason; `undefined` if nothing is. */
export function findMissing(needs: Needs): string | undefined {
  if (process.platform !== 'linux') return `made on Linux only, this is ${process.platform}`;
  if (needs.mounts && process.env.SNAPDEX_OWN_MOUNTS !== '1') return 'no mount namespace can be made (it needs root)';
  if (needs.networks && !canMakeNetworks()) return 'no network namespaces can be made (they need root and veth)';
  const known = new Set(fs.readFileSync('/proc/filesystems', 'utf8').split(/\s+/));
  const unknown = needs.fileSystems?.find((name) => !known.has(name));
  if (unknown !== undefined) return `the kernel has no ${unknown}`;
  const command = needs.commands?.find((name) => !isInPath(name));
  if (command !== undefined) return `${command} is not installed`;
  const file = needs.files?.find((name) => !fs.existsSync(name));
  return file === undefined ? undefined : `there is no ${file}`;
}

/** Tried in a namespace that is gone afterwards. */
function canMakeNetworks(): boolean {
  const cable = ['ip', 'link', 'add', 'one-end', 'type', 'veth', 'peer', 'name', 'other-end'];
  return spawnSync('unshare', ['--net', ...cable]).status === 0;
}

function isInPath(command: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => fs.existsSync(path.join(folder, command)));
}

/** Runs a command to its end. @throws if it fails, with what it said. */
export function execute(command: string, ...parameters: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}
