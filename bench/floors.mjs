/** What the machine itself needs for the least that the work has to do: the raw floors that ratios are taken to. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One new file of these bytes, with one fsync if it is to be `durable`. */
export function writeRaw(path, bytes, durability) {
  const descriptor = openSync(path, 'wx');
  writeSync(descriptor, bytes);
  if (durability === 'durable') fsyncSync(descriptor);
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
