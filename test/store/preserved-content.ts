/** Whether all that anybody wrote into a store is in it still, wherever it lies. */
import fs from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../dist/store/manifest.js';

/** Says nothing but what the directory says too. */
const REPLACEABLE = /^(CURRENT|instances\/.*|[a-z]+\.lock\/[0-9a-z]+-\d+|drafts\/.*)$/;

/** Checksums of every file below `directory` that cannot be made again, with its path. */
export function contentsIn(directory: string): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  for (const name of fs.readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(directory, name);
    if (REPLACEABLE.test(name) || !fs.lstatSync(file).isFile()) continue;
    contents.set(sha256(fs.readFileSync(file)), name);
  }
  return contents;
}

/** The files of `before` whose content is nowhere below `directory` any more. */
export function missingFrom(directory: string, before: ReadonlyMap<string, string>): readonly string[] {
  const after = contentsIn(directory);
  return [...before].flatMap(([checksum, name]) => (after.has(checksum) ? [] : [name]));
}
