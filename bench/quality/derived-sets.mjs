// Sets made from a corpus by our own link graph, as the given ones were made: the text of a link asks for the page that
// it leads to. Texts that are the page's title, file name or a heading ask nothing, and those of one word too little.
import { readdirSync, readFileSync } from 'node:fs';
import { analyseDocument, analyseQuery } from '../../dist/search/analysis/index.js';
import { linkGraphOf } from '../../dist/search/link-graph/index.js';
import { buildSegment, IndexView, memorySource, openSegment } from '../../dist/search/segment/index.js';
import { lettersOf } from './delink.mjs';

const MOST_QUESTIONS = 200;
const MOST_PER_PAGE = 8;

export function deriveSet(corpus, prefix) {
  const analysed = readdirSync(new URL(prefix, corpus), { recursive: true })
    .filter((name) => /\.mdx?$/.test(name))
    .sort()
    .map((name) => {
      const path = prefix + name;
      return analyseDocument({ path, bytes: readFileSync(new URL(path, corpus)) });
    });
  const documents = analysed.map(({ path, title, text }) => ({ id: path, title, text: withoutFrontMatter(text) }));
  return { documents, questions: chooseQuestions(analysed) };
}

function chooseQuestions(documents) {
  const byPath = new Map(documents.map((document) => [document.path, document]));
  const asTarget = new Map();
  const asSource = new Map();
  const questions = [];
  // In an order that has nothing to do with that of the corpus, so that a limit takes from everywhere.
  const texts = [...linkTexts(documents)].sort(([a], [b]) => scatter(a) - scatter(b));
  for (const [text, { targets, sources }] of texts) {
    if (questions.length === MOST_QUESTIONS) break;
    if (targets.size > 2 || !asksSomething(text)) continue;
    if ([...targets].some((path) => isName(text, byPath.get(path)))) continue;
    if ([...targets].some((path) => (asTarget.get(path) ?? 0) >= MOST_PER_PAGE)) continue;
    if ([...sources].some((path) => (asSource.get(path) ?? 0) >= MOST_PER_PAGE)) continue;
    for (const path of targets) asTarget.set(path, (asTarget.get(path) ?? 0) + 1);
    for (const path of sources) asSource.set(path, (asSource.get(path) ?? 0) + 1);
    questions.push({ text, relevant: new Map([...targets].map((path) => [path, 1])), linking: sources });
  }
  return questions;
}

function linkTexts(documents) {
  const bytes = buildSegment({ documents, vectors: [], tombstones: [], embedderId: '', dimension: 0 });
  const graph = linkGraphOf(IndexView.open([openSegment('corpus', memorySource(bytes))]));
  const found = new Map();
  for (const { path } of documents) {
    for (const { text, to } of graph.links(path)) {
      const key = text.replace(/\s+/g, ' ').trim();
      const entry = found.get(key) ?? { targets: new Set(), sources: new Set() };
      entry.targets.add(to);
      entry.sources.add(path);
      found.set(key, entry);
    }
  }
  return found;
}

function asksSomething(text) {
  if (text.length < 4 || /^https?:|^[\w.\-@/<>()]+$/.test(text)) return false;
  return analyseQuery(text).terms.length >= 2;
}

function isName(text, document) {
  const letters = lettersOf(text);
  const names = [document.title, document.path.replace(/^.*\/|\.\w+$/g, '')];
  return [...names, ...document.chunks.map(({ headingPath }) => headingPath.at(-1) ?? '')].some(
    (name) => lettersOf(name) === letters,
  );
}

function withoutFrontMatter(text) {
  return text.replace(/^---[ \t]*\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/, '');
}

function scatter(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 13)) >>> 0;
}
