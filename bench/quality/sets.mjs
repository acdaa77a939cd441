// Retrieval sets as the harness uses them: documents without front matter but their title, questions, judgements, and the
// pages that hold a question as the text of a link.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { analyseDocument, analyseQuery } from '../../dist/search/analysis/index.js';
import { embeddingText, LocalEmbedder, quantize } from '../../dist/search/embedding/index.js';
import { buildSegment, IndexView, memorySource, openSegment } from '../../dist/search/segment/index.js';
import { withoutJudgedLinks } from './delink.mjs';
import { deriveSet } from './derived-sets.mjs';

export const DATA = new URL('../../../shared/data/', import.meta.url);
const embedder = new LocalEmbedder();

/** Folders of corpora that sets are derived from by our own link graph: languages and sizes that the given sets lack. */
const DERIVED = {
  'derived-astro-fr': ['astro-docs', 'src/content/docs/fr/'],
  'derived-astro-es': ['astro-docs', 'src/content/docs/es/'],
  'derived-astro-ko': ['astro-docs', 'src/content/docs/ko/'],
  'derived-astro-zh-cn': ['astro-docs', 'src/content/docs/zh-cn/'],
  'derived-astro-ru': ['astro-docs', 'src/content/docs/ru/'],
  'derived-astro-pt-br': ['astro-docs', 'src/content/docs/pt-br/'],
  'derived-astro-de': ['astro-docs', 'src/content/docs/de/'],
  'derived-etcd': ['etcd-website', 'content/en/docs/v3.6/'],
  'derived-obsidian-all': ['obsidian-tasks', ''],
};

export function givenSets() {
  return readdirSync(new URL('ir/', DATA)).sort();
}

export function derivedSets() {
  return Object.keys(DERIVED);
}

/** `{ name, documents: [{ id, title, text }], questions: [{ text, relevant: Map, linking: Set }] }` */
export function readSet(name) {
  const source = DERIVED[name];
  if (source !== undefined) return { name, ...deriveSet(new URL(`corpora/${source[0]}/`, DATA), source[1]) };
  const home = new URL(`ir/${name}/`, DATA);
  if (!existsSync(home))
    throw new Error(`${name}: no such set; there are ${[...givenSets(), ...derivedSets()].join(', ')}`);
  const pointer = new URL('CORPUS-IS', home);
  const sister = existsSync(pointer)
    ? readFileSync(pointer, 'utf8').match(/\.\.\/[\w-]+\/corpus\.jsonl/)?.[0]
    : undefined;
  const judged = new Map();
  const [, ...rows] = readFileSync(new URL('qrels.tsv', home), 'utf8').trim().split('\n');
  for (const row of rows) {
    const [query, document, grade] = row.split('\t');
    judged.set(query, (judged.get(query) ?? new Map()).set(document, Number(grade)));
  }
  const questions = jsonLines(new URL('queries.jsonl', home)).map(({ id, text, occurrences = [] }) => ({
    text,
    relevant: judged.get(id) ?? new Map(),
    linking: new Set(occurrences.map(({ src }) => src)),
  }));
  return { name, documents: jsonLines(new URL(sister ?? 'corpus.jsonl', home)), questions };
}

/** The set as an index and questions that are ready to be asked; `isDelinked` takes the judged links out first. */
export async function openSet(set, { isDelinked = false } = {}) {
  const sources = isDelinked ? withoutJudgedLinks(set) : set.documents;
  const documents = sources.map(({ id, title, text }) =>
    analyseDocument({ path: id, bytes: Buffer.from(`---\ntitle: ${JSON.stringify(title)}\n---\n${text}`) }),
  );
  const texts = documents.flatMap(({ title, text, chunks }) =>
    chunks.map(({ headingPath, startOffset, endOffset }) =>
      embeddingText({ title, headingPath, text: text.slice(startOffset, endOffset) }),
    ),
  );
  const vectors = (await embedder.embed(texts)).map(quantize);
  const bytes = buildSegment({
    documents,
    vectors,
    tombstones: [],
    embedderId: embedder.id,
    dimension: embedder.dimension,
  });
  const questions = [];
  for (const question of set.questions) {
    const [values] = await embedder.embed([question.text]);
    questions.push({
      ...question,
      query: analyseQuery(question.text),
      vector: { embedderId: embedder.id, values },
    });
  }
  return { name: set.name, view: IndexView.open([openSegment(set.name, memorySource(bytes))]), questions };
}

function jsonLines(url) {
  return readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
