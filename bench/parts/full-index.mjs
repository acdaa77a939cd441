import { join } from 'node:path';
import { readAndHash } from '../floors.mjs';
import { interleave, median, pairedRow } from '../measuring.mjs';
import { snapdex } from '../project.mjs';

/** `snapdex index` on a project without an index, start of the process included, beside reading and hashing its files. */
export async function measureFullIndex(bench) {
  const root = bench.newProject();
  const { documents } = bench.corpus;
  const paths = documents.map(({ path }) => join(root, path));
  const indexes = Array.from({ length: bench.sizes.fullIndexRuns }, () => bench.newFolder());
  readAndHash(paths);
  const pair = await interleave(indexes.length, (turn) => ({
    work: () => snapdex('index', '--root', root, '--index-path', indexes[turn]),
    floor: () => readAndHash(paths),
  }));
  for (const path of [root, ...indexes]) bench.remove(path);
  const megabytes = documents.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  const seconds = median(pair.work) / 1000;
  const rate = `${Math.round(documents.length / seconds)} docs/s, ${(megabytes / seconds).toFixed(1)} MB/s`;
  return [pairedRow(`full index, ${documents.length} documents`, pair, `${rate}; floor: read + sha256`)];
}
