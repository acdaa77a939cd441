/** MiniSearch, kept as one JSON file. It knows no vectors. */
import MiniSearch from 'minisearch';
import { packageVersion } from './package-version.mjs';
import { readWhole, writeWhole } from './whole-file.mjs';

const RESULTS = 10;
const OPTIONS = {
  fields: ['title', 'heading', 'text'],
  storeFields: ['path', 'title', 'heading', 'text'],
  searchOptions: { boost: { title: 2, heading: 2 } },
};

export function version() {
  return packageVersion('minisearch');
}

export async function build(folder, { documents }) {
  const index = new MiniSearch(OPTIONS);
  index.addAll(documents.flatMap(rowsOf));
  writeWhole(folder, JSON.stringify(index), 'deferred');
}

export async function open(folder, { durability }) {
  const index = MiniSearch.loadJSON(readWhole(folder), OPTIONS);
  return {
    keyword: ({ text }) => index.search(text).slice(0, RESULTS),
    hitOf: ({ path, title: documentTitle, heading, text }) => ({ path, title: documentTitle, heading, text }),
    put: (documents) => {
      for (const row of documents.flatMap(rowsOf)) {
        if (index.has(row.id)) index.replace(row);
        else index.add(row);
      }
      writeWhole(folder, JSON.stringify(index), durability);
    },
    countDocuments: () => new Set(index.search(MiniSearch.wildcard).map(({ path }) => path)).size,
    close: () => undefined,
  };
}

function rowsOf({ path, title: documentTitle, sections }) {
  return sections.map((section, number) => ({ id: `${path}#${number}`, path, title: documentTitle, ...section }));
}
