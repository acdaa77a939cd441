/** The documents that are measured with. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ASTRO_DOCS = new URL('../../shared/data/corpora/astro-docs/', import.meta.url);
const ASTRO_QUERIES = new URL('../../shared/data/ir/astro-en-anchors/queries.jsonl', import.meta.url);
const OWN_DOCS = new URL('../docs/', import.meta.url);
/** As many as astro-docs has. */
const REPEATED_DOCUMENTS = 2_569;

/**
 * astro-docs where it is there, else the project's own documentation, repeated: `name`, and `documents` of
 * `{ path, bytes }` in an order that mixes long with short ones.
 */
export function readCorpus(limit) {
  const isThere = existsSync(ASTRO_DOCS);
  const own = readMarkdown(isThere ? ASTRO_DOCS : OWN_DOCS);
  const all = isThere ? own : repeated(own, REPEATED_DOCUMENTS);
  return { name: isThere ? 'astro-docs' : 'own docs, repeated', documents: spread(all).slice(0, limit) };
}

/**
 * So many documents: the first of the corpus, or all of it and copies under other folders, in which the project's name has
 * the copy's number: few of their passages are the same as an original's.
 */
export function documentsOf({ documents }, count) {
  return repeated(documents, count);
}

/** The queries that people's links make in astro-docs, else headings of the documents. */
export function readQueries(corpus) {
  if (corpus.name === 'astro-docs' && existsSync(ASTRO_QUERIES)) {
    const lines = readFileSync(ASTRO_QUERIES, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line).text);
  }
  const headings = corpus.documents.flatMap(({ bytes }) => bytes.toString().match(/(?<=^#+ ).+$/gm) ?? []);
  return [...new Set(headings)].slice(0, 400);
}

/** Writes the documents below `root`; answers the folder. */
export function writeProject(root, documents) {
  for (const { path, bytes } of documents) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

/** The document after the edit of that number: what a save of one paragraph gives. */
export function edited({ bytes }, edit) {
  return Buffer.concat([bytes, Buffer.from(`\n\nEdit number ${edit} says zymurgy${edit} and little else.\n`)]);
}

/** Bytes on the disk and bytes in the files of a folder. */
export function measureFolder(folder) {
  let diskBytes = 0;
  let fileBytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const { blocks, size } = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false }) ?? {};
    diskBytes += (blocks ?? 0) * 512;
    fileBytes += entry.isFile() ? (size ?? 0) : 0;
  }
  return { diskBytes, fileBytes };
}

function readMarkdown(folder) {
  const root = fileURLToPath(folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.mdx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(root, path).replaceAll(sep, '/'), bytes: readFileSync(path) }));
}

function repeated(documents, count) {
  return Array.from({ length: count }, (_, place) => {
    const document = documents[place % documents.length];
    const round = Math.floor(place / documents.length);
    return round === 0 ? document : copied(document, round);
  });
}

function copied({ path, bytes }, round) {
  const text = bytes.toString().replace(/\b(?:astro|snapdex)\b/gi, (name) => name + round);
  return { path: `copy-${round}/${path}`, bytes: Buffer.from(text) };
}

/** Every 37th first, then the ones beside them: neighbours in a folder resemble each other. */
function spread(documents) {
  return Array.from({ length: 37 }, (_, first) => documents.filter((_, place) => place % 37 === first)).flat();
}
