/** What is compared. A module is loaded only by the process that needs it: some of them cannot be everywhere. */
export const ENGINES = {
  snapdex: () => import('./snapdex.mjs'),
  sqlite: () => import('./sqlite.mjs'),
  lancedb: () => import('./lancedb.mjs'),
  minisearch: () => import('./minisearch.mjs'),
  orama: () => import('./orama.mjs'),
  lmdb: () => import('./lmdb.mjs'),
  qmd: () => import('./qmd.mjs'),
};

export const TITLES = {
  snapdex: 'snapdex',
  sqlite: 'SQLite',
  lancedb: 'LanceDB',
  minisearch: 'MiniSearch',
  orama: 'Orama',
  lmdb: 'lmdb',
  qmd: 'qmd',
};

const SEARCHES = ['keyword', 'vector', 'hybrid', 'open', 'memory', 'put'];
/** `shared`: another process sees what one has kept, without opening it anew. `indexFiles`: by a command. */
const ABLE = {
  snapdex: [...SEARCHES, 'shared', 'indexFiles'],
  sqlite: [...SEARCHES, 'shared'],
  lancedb: [...SEARCHES, 'shared'],
  minisearch: ['keyword', 'open', 'memory', 'put'],
  orama: SEARCHES,
  lmdb: ['put'],
  qmd: ['indexFiles'],
};
/** 100,000 vectors in JSON are longer than any string of V8 can be. */
const MOST_CHUNKS = { orama: 20_000 };

export function isAble(name, what, chunks) {
  return ABLE[name].includes(what) && chunks <= (MOST_CHUNKS[name] ?? Number.POSITIVE_INFINITY);
}

/** The richest question that the engine can answer. */
export function richestKind(name) {
  return ABLE[name].includes('hybrid') ? 'hybrid' : 'keyword';
}
