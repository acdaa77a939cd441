/** Orama, kept as one JSON file. */
import { create, getByID, insertMultiple, load, removeMultiple, save, search } from '@orama/orama';
import { vectorAt } from '../corpus/corpus-files.mjs';
import { DIMENSION } from '../corpus/vectors.mjs';
import { packageVersion } from './package-version.mjs';
import { readWhole, writeWhole } from './whole-file.mjs';

const RESULTS = 10;
const SCHEMA = {
  path: 'enum',
  title: 'string',
  heading: 'string',
  text: 'string',
  vector: `vector[${DIMENSION}]`,
};
const WORDS = ['title', 'heading', 'text'];

export function version() {
  return packageVersion('@orama/orama');
}

export async function build(folder, { documents, vectors }) {
  const index = newIndex();
  const rows = documents.flatMap((document) => {
    return rowsOf(document, (_, number) => vectorAt(vectors, document.first + number));
  });
  await insertMultiple(index, rows);
  writeWhole(folder, JSON.stringify(save(index)), 'deferred');
}

export async function open(folder, { durability, vectorOf }) {
  const index = newIndex();
  load(index, JSON.parse(readWhole(folder)));
  const ask = async (parameters) => (await search(index, { limit: RESULTS, ...parameters })).hits;
  const byVector = (vector) => ({ vector: { value: Array.from(vector), property: 'vector' }, similarity: 0 });
  return {
    keyword: ({ text }) => ask({ term: text, properties: WORDS }),
    vector: ({ vector }) => ask({ mode: 'vector', ...byVector(vector) }),
    hybrid: ({ text, vector }) => ask({ mode: 'hybrid', term: text, properties: WORDS, ...byVector(vector) }),
    hitOf: ({ document: { path, title: documentTitle, heading, text } }) => {
      return { path, title: documentTitle, heading, text };
    },
    put: async (documents) => {
      const rows = documents.flatMap((document) => rowsOf(document, vectorOf));
      const known = rows.map(({ id }) => id).filter((id) => getByID(index, id) !== undefined);
      await removeMultiple(index, known);
      await insertMultiple(index, rows);
      writeWhole(folder, JSON.stringify(save(index)), durability);
    },
    close: () => undefined,
  };
}

function newIndex() {
  return create({ schema: SCHEMA, components: { tokenizer: { language: 'english', stemming: true } } });
}

function rowsOf({ path, title: documentTitle, sections }, vectorOf) {
  return sections.map(({ heading, text }, number) => ({
    id: `${path}#${number}`,
    path,
    title: documentTitle,
    heading,
    text,
    vector: Array.from(vectorOf(text, number)),
  }));
}
