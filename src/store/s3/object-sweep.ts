/** Deleting: what collecting has found unmarked, and what the dead left behind. */
import type { Environment } from '../environment.js';
import { forEachTogether } from '../for-each-together.js';
import { draftOwner, parseGenerationName, RECORD_KINDS } from '../names.js';
import type { Drafts } from './drafts.js';
import { type Generations, numbersOf } from './generations.js';
import type { ListedRegister, Registers } from './registers.js';
import type { StoreRoot } from './store-root.js';

/**
 * Tombstones, and what nobody owns, are left alone for so long. A server refuses requests whose signature is older than
 * 15 minutes; the rest is for clocks that differ.
 */
const GRACE_MS = 24 * 3_600_000;

export interface SweepParts {
  readonly root: StoreRoot;
  readonly registers: Registers;
  readonly generations: Generations;
  readonly drafts: Drafts;
  readonly environment: Environment;
}

/** A file that is gone. */
export interface SweptFile {
  readonly draft: string;
  readonly sha256: string;
}

/** Deletes the files of a generation that `keep` does not name; a retired one with nothing to keep goes altogether. */
export async function sweepGeneration(
  { root, registers, generations }: SweepParts,
  generation: number,
  keep: ReadonlySet<string>,
): Promise<{ readonly freedBytes: number; readonly files: readonly SweptFile[] }> {
  const keys = await root.store();
  const found = await generations.read(generation);
  if (found === undefined) return { freedBytes: 0, files: [] };
  const { header, manifest } = found;
  const kept = new Set([...header.files].flatMap(([name, { sha256 }]) => (keep.has(name) ? [sha256] : [])));
  const prefix = keys.filesOf(header.draft);
  const unmarked = (await registers.objects.list(prefix)).filter(({ key }) => !kept.has(key.slice(prefix.length)));
  await forEachTogether(unmarked, ({ key }) => registers.objects.remove(key));
  let freedBytes = unmarked.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (header.isRetired && kept.size === 0) {
    // Last: without it nobody knows where its files lie.
    await generations.remove(generation);
    freedBytes += manifest.byteLength;
  }
  return { freedBytes, files: unmarked.map(({ key }) => ({ draft: header.draft, sha256: key.slice(prefix.length) })) };
}

/** Removes tombstones, fences, probes, locks without a sign of life and files of nobody that are older than a day. */
export async function sweepLeftovers(parts: SweepParts): Promise<void> {
  const { root, registers, environment } = parts;
  const keys = await root.store();
  const isOld = ({ modifiedMs }: { readonly modifiedMs: number }): boolean => environment.now() - modifiedMs > GRACE_MS;
  const listed = [
    ...(await oldFences(parts)),
    ...(await registers.list(keys.drafts)),
    ...(await Promise.all(RECORD_KINDS.map((kind) => registers.list(keys.records(kind))))).flat(),
  ];
  const buried = listed.filter((register) => !register.isLive && isOld(register));
  const probes = (await registers.list(keys.probes)).filter(isOld);
  // Whoever holds one gives signs of life; nothing depends on one for safety.
  const locks = (await registers.list(keys.locks)).filter(isOld);
  await forEachTogether([...buried, ...probes, ...locks], ({ key }) => registers.remove(key));
  for (const draft of await findOrphans(parts, isOld)) await parts.drafts.bury(draft);
}

/** Numbers below the head that a fence holds, and that nobody can claim for good. */
async function oldFences({ generations }: SweepParts): Promise<readonly ListedRegister[]> {
  const listed = await generations.listRegisters();
  const head = numbersOf(listed).at(-1) ?? 0;
  return listed.filter(({ name }) => (parseGenerationName(name) ?? Number.POSITIVE_INFINITY) < head);
}

/** Drafts that have files and no register: of writers that died before they wrote one, or of requests that came late. */
async function findOrphans(
  { root, registers, generations }: SweepParts,
  isOld: (file: { readonly modifiedMs: number }) => boolean,
): Promise<readonly string[]> {
  const keys = await root.store();
  const files = await registers.objects.list(keys.files);
  const young = new Set(files.filter((file) => !isOld(file)).map(({ key }) => draftOf(key, keys.files)));
  const old = new Set(files.map(({ key }) => draftOf(key, keys.files)).filter((draft) => !young.has(draft)));
  if (old.size === 0) return [];
  const drafts = new Set((await registers.list(keys.drafts)).map(({ name }) => name));
  const instances = new Set((await registers.list(keys.records('instances'))).map(({ name }) => name));
  // Last: whatever had a register until then has become a generation by now.
  const claimed = await generations.readClaimedDrafts();
  return [...old].filter((draft) => {
    const owner = draftOwner(draft);
    return !drafts.has(draft) && !claimed.has(draft) && (owner === undefined || !instances.has(owner));
  });
}

function draftOf(key: string, prefix: string): string {
  return key.slice(prefix.length).split('/', 1)[0] ?? '';
}
