import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeProject } from '../../corpus.mjs';
import { quantile } from '../../measuring.mjs';
import { snapdex, startScript } from '../../project.mjs';
import { edited, markdownOf } from '../corpus/corpus-files.mjs';
import { prepareOnce } from '../databases.mjs';

const SCRIPT = new URL('../bulk-process.mjs', import.meta.url);

/** The product itself, on files: how long answers take while the same process indexes many changed documents. */
export async function measureBulk(bench, chunks) {
  const root = bench.newFolder();
  cpSync(await prepareProject(bench, chunks), root, { recursive: true });
  const changed = bench.documents(chunks).slice(0, bench.sizes.changedInBulk);
  for (const document of changed) writeFileSync(join(root, document.path), markdownOf(edited(document, 1)));
  const words = [root, join(root, '.snapdex'), bench.corpusFolder(chunks), String(bench.sizes.bulkIdleMs)];
  const child = startScript(SCRIPT, words);
  try {
    const { answer } = await child.answer();
    const { idle, busy, tookMs } = answer;
    const slow = (samples) => quantile(samples, 0.99);
    return [
      {
        what: `query p99 while the same process indexes ${answer.changed} documents, ${chunks} chunks`,
        unit: 'ms',
        ours: slow(busy),
        peer: { name: 'idle', value: slow(idle) },
        ratio: slow(busy) / slow(idle),
        must: { most: 5 },
        note: `p50 ${quantile(busy, 0.5).toFixed(1)}, idle ${quantile(idle, 0.5).toFixed(1)} ms; indexing took ${(tookMs / 1000).toFixed(1)} s`,
        samples: { idle: [idle], busy: [busy] },
      },
    ];
  } finally {
    await child.end();
    bench.remove(root);
  }
}

/** The corpus as files, indexed by the command. */
function prepareProject(bench, chunks) {
  const wanted = { kind: 'project', version: bench.versions.snapdex, chunks };
  return prepareOnce(bench.cache, wanted, async (folder) => {
    console.error(`  indexing a project of ${chunks} chunks …`);
    const documents = bench.documents(chunks).map((document) => ({
      path: document.path,
      bytes: Buffer.from(markdownOf(document)),
    }));
    writeProject(folder, documents);
    await snapdex('index', '--root', folder);
  });
}
