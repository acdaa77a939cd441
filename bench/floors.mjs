/** What the machine itself needs for the least that the work has to do: the raw floors that ratios are taken to. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One new file of these bytes, with one fsync if it is to be `durable`. */
export function writeRaw(path, bytes, durability) {
  const descriptor = openSync(path, 'wx');
  writeSync(descriptor, bytes);
  if (durability === 'durable') fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Where {@link bareCommit} writes: laid out as a store is. */
export function prepareBareStore(directory) {
  for (const name of ['drafts', 'generations', 'drafts/lock']) mkdirSync(join(directory, name));
  writeRaw(join(directory, 'drafts/lock/holder-0'), 'h'.repeat(200), 'deferred');
  writeRaw(join(directory, 'CURRENT'), '', 'deferred');
}

/**
 * The calls of one update that change something, in the order of docs/protocol.md, and nothing else: no look, no check,
 * no code of ours. What the protocol costs here at least.
 */
export function bareCommit(directory, generation, bytes, durability) {
  const [draft, waiting, lock] = ['drafts/1', 'drafts/lock', 'commit.lock'].map((name) => join(directory, name));
  const directoryOf = (number) => join(directory, 'generations', String(number).padStart(10, '0'));
  mkdirSync(draft);
  writeRaw(join(draft, 'data'), bytes, durability);
  writeRaw(join(draft, 'manifest.json'), 'm'.repeat(600), durability);
  if (durability === 'durable') syncDirectory(draft);
  renameSync(join(waiting, `holder-${generation - 1}`), join(waiting, `holder-${generation}`));
  renameSync(waiting, lock);
  renameSync(draft, directoryOf(generation));
  if (durability === 'durable') syncDirectory(join(directory, 'generations'));
  writeRaw(join(directory, 'CURRENT.1'), `${generation}\n`, 'deferred');
  renameSync(join(directory, 'CURRENT.1'), join(directory, 'CURRENT'));
  renameSync(lock, waiting);
}

function syncDirectory(directory) {
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Reads files and hashes each. */
export function readAndHash(paths) {
  for (const path of paths) createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Everything that one generation wrote, the manifest included, as one run of bytes. */
export function bytesOfGeneration(storePath, generation) {
  const directory = join(storePath, 'generations', String(generation).padStart(10, '0'));
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))));
}
