/** What all parts work with: the corpus, a temporary folder, and an index of the whole corpus that is built once. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCorpus, readQueries, writeProject } from './corpus.mjs';
import { snapdex } from './project.mjs';

/** Opens a workbench; `close` removes everything it made. `SNAPDEX_BENCH_DIR` chooses the disk that is measured. */
export function openWorkbench(sizes) {
  const folder = realpathSync(mkdtempSync(join(process.env.SNAPDEX_BENCH_DIR ?? tmpdir(), 'snapdex-bench-')));
  const corpus = readCorpus(sizes.corpusDocuments);
  let made = 0;
  let prepared;
  const bench = {
    sizes,
    folder,
    corpus,
    queries: readQueries(corpus),
    /** A new empty folder. */
    newFolder: () => {
      made += 1;
      const path = join(folder, String(made));
      mkdirSync(path);
      return path;
    },
    /** A new project with these documents, not indexed. */
    newProject: (documents = corpus.documents) => writeProject(bench.newFolder(), documents),
    /** A project with all documents and its index; whoever changes either takes a copy. */
    preparedProject: () => {
      prepared ??= prepare(bench.newProject());
      return prepared;
    },
    /** A copy of an index, or of a whole project, that nobody has open. */
    copyOf: (path) => {
      const copy = bench.newFolder();
      cpSync(path, copy, { recursive: true });
      return copy;
    },
    remove: (path) => rmSync(path, { recursive: true, force: true }),
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
  return bench;
}

async function prepare(root) {
  await snapdex('index', '--root', root);
  return { root, indexPath: join(root, '.snapdex') };
}
