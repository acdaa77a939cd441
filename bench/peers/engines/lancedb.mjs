/** LanceDB with a full-text index, and vectors searched exactly, that is without an index of them. */
import * as lancedb from '@lancedb/lancedb';
import { vectorAt } from '../corpus/corpus-files.mjs';
import { packageVersion } from './package-version.mjs';

const RESULTS = 10;
const CHUNKS_PER_ADD = 10_000;
const SHOWN = ['path', 'title', 'heading', 'text'];

export function version() {
  return packageVersion('@lancedb/lancedb');
}

export async function build(folder, { documents, vectors }) {
  const connection = await lancedb.connect(folder);
  const rows = documents.flatMap((document) => {
    return rowsOf(document, (_, index) => vectorAt(vectors, document.first + index));
  });
  const table = await connection.createTable('chunks', rows.slice(0, CHUNKS_PER_ADD).map(plain));
  for (let start = CHUNKS_PER_ADD; start < rows.length; start += CHUNKS_PER_ADD) {
    await table.add(rows.slice(start, start + CHUNKS_PER_ADD).map(plain));
  }
  await table.createIndex('words', { config: lancedb.Index.fts({ baseTokenizer: 'simple', stem: true }) });
  await table.createIndex('path', { config: lancedb.Index.btree() });
  await table.optimize({ cleanupOlderThan: new Date() });
  connection.close();
}

export async function open(folder, { vectorOf }) {
  // 0: every read looks for what others have committed.
  const connection = await lancedb.connect(folder, { readConsistencyInterval: 0 });
  const table = await connection.openTable('chunks');
  const reranker = await lancedb.rerankers.RRFReranker.create();
  const byWords = (query, text) => query.fullTextSearch(text, { columns: ['words'] });
  return {
    keyword: ({ text }) =>
      byWords(table.query(), text)
        .select([...SHOWN, '_score'])
        .limit(RESULTS)
        .toArray(),
    vector: ({ vector }) =>
      exact(table, vector)
        .select([...SHOWN, '_distance'])
        .limit(RESULTS)
        .toArray(),
    hybrid: ({ text, vector }) => byWords(exact(table, vector), text).rerank(reranker).limit(RESULTS).toArray(),
    hitOf: ({ path, title: documentTitle, heading, text }) => ({ path, title: documentTitle, heading, text }),
    put: async (documents) => {
      const rows = documents.flatMap((document) => rowsOf(document, vectorOf)).map(plain);
      const paths = documents.map(({ path }) => `'${path}'`).join(', ');
      await table
        .mergeInsert('id')
        .whenMatchedUpdateAll()
        .whenNotMatchedInsertAll()
        .whenNotMatchedBySourceDelete({ where: `path IN (${paths})` })
        .execute(rows);
    },
    countDocuments: async () => new Set((await table.query().select(['path']).toArray()).map(({ path }) => path)).size,
    close: () => connection.close(),
  };
}

function exact(table, vector) {
  return table.query().nearestTo(vector).distanceType('dot').bypassVectorIndex();
}

function rowsOf({ path, title: documentTitle, sections }, vectorOf) {
  return sections.map(({ heading, text }, index) => ({
    id: `${path}#${index}`,
    path,
    title: documentTitle,
    heading,
    text,
    words: `${documentTitle}\n${heading}\n${text}`,
    vector: vectorOf(text, index),
  }));
}

/** It takes its vectors as lists. */
function plain(row) {
  return { ...row, vector: Array.from(row.vector) };
}
