// Ranking quality on the retrieval sets in ../shared/data/ir: `npm run build && node bench/eval.mjs [set…] [--links]`.
// nDCG@10 "raw" and "excl" (linking pages, which hold the query's words as link text, removed from the ranking first).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { analyseDocument, analyseQuery } from '../dist/search/analysis/index.js';
import { embeddingText, LocalEmbedder, quantize } from '../dist/search/embedding/index.js';
import { DEFAULT_RANKING, searchView } from '../dist/search/ranking/index.js';
import { buildSegment, IndexView, memorySource, openSegment } from '../dist/search/segment/index.js';

const data = new URL('../../shared/data/ir/', import.meta.url);
const embedder = new LocalEmbedder();

/** Reads, analyses, embeds and opens the corpus of a set. */
export async function openSet(set) {
  const pointer = new URL(`${set}/CORPUS-IS`, data);
  const home = existsSync(pointer) ? readFileSync(pointer, 'utf8').match(/[\w-]*anchors/)?.[0] : set;
  const documents = jsonLines(new URL(`${home}/corpus.jsonl`, data)).map(({ id, title, text }) => {
    const bytes = Buffer.from(`---\ntitle: ${JSON.stringify(title)}\n---\n${text}`);
    return analyseDocument({ path: id, bytes });
  });
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
  const relevant = new Map();
  for (const line of readFileSync(new URL(`${set}/qrels.tsv`, data), 'utf8')
    .trim()
    .split('\n')
    .slice(1)) {
    const [query, document, grade] = line.split('\t');
    relevant.set(query, (relevant.get(query) ?? new Map()).set(document, Number(grade)));
  }
  const queries = [];
  for (const { id, text, occurrences = [] } of jsonLines(new URL(`${set}/queries.jsonl`, data))) {
    const [values] = await embedder.embed([text]);
    queries.push({
      analysed: analyseQuery(text),
      vector: { embedderId: embedder.id, values },
      relevant: relevant.get(id) ?? new Map(),
      linking: new Set(occurrences.map(({ src }) => src)),
    });
  }
  return { set, view: IndexView.open([openSegment(set, memorySource(bytes))]), queries };
}

/** Mean nDCG@10 of a set, raw and with the linking pages left out. */
export function evaluate({ view, queries }, ranking, useVectors) {
  let raw = 0;
  let excl = 0;
  for (const { analysed, vector, relevant, linking } of queries) {
    const found = searchView(view, analysed, useVectors ? vector : undefined, { limit: 60, ranking });
    const paths = [...new Set(found.map(({ path }) => path))];
    raw += gain(paths, relevant);
    excl += gain(
      paths.filter((path) => relevant.has(path) || !linking.has(path)),
      relevant,
    );
  }
  return { raw: raw / queries.length, excl: excl / queries.length };
}

function gain(paths, relevant) {
  const discounted = (grades) => grades.slice(0, 10).reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0);
  const ideal = [...relevant.values()].sort((a, b) => b - a);
  return discounted(paths.map((path) => relevant.get(path) ?? 0)) / discounted(ideal);
}

function jsonLines(url) {
  return readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function main(names) {
  console.log('set                       keyword raw   excl    + vector raw   excl');
  for (const name of names.length > 0 ? names : readdirSync(fileURLToPath(data))) {
    const set = await openSet(name);
    const figures = [false, true].flatMap((useVectors) => {
      const { raw, excl } = evaluate(set, DEFAULT_RANKING, useVectors);
      return [raw, excl].map((figure) => figure.toFixed(4).padStart(9));
    });
    console.log(name.padEnd(26), ...figures);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
