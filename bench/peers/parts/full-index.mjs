import { readCorpus, writeProject } from '../../corpus.mjs';
import { timed } from '../../measuring.mjs';
import { ENGINES } from '../engines/index.mjs';
import { ratioOf, takeTurns, valuesOf } from '../turns.mjs';

/** Everything from files to an index that answers: `snapdex index`, with vectors, beside qmd, without. Whole commands. */
export async function measureFullIndex(bench) {
  const corpus = readCorpus(Number.POSITIVE_INFINITY);
  const root = writeProject(bench.newFolder(), corpus.documents);
  const engines = {};
  for (const name of bench.able('indexFiles', 0)) engines[name] = await ENGINES[name]();
  try {
    const figures = await takeTurns(Object.keys(engines), bench.sizes.fullIndexRuns, async (name) => {
      const index = bench.newFolder();
      try {
        return [await timed(() => engines[name].indexFiles(root, index))];
      } finally {
        bench.remove(index);
      }
    });
    return [rateLine(corpus, figures)];
  } finally {
    bench.remove(root);
  }
}

function rateLine({ name, documents }, figures) {
  const megabytes = documents.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  const times = valuesOf(figures, 0.5);
  const rateOf = (engine) => (documents.length * 1000) / times[engine];
  return {
    what: `full index, ${name}, ${documents.length} documents, ${megabytes.toFixed(1)} MB`,
    unit: 'documents/s',
    ours: rateOf('snapdex'),
    peer: figures.qmd === undefined ? undefined : { name: 'qmd', value: rateOf('qmd') },
    ratio: figures.qmd === undefined ? undefined : ratioOf(figures.qmd, figures.snapdex),
    must: { least: 5 },
    note: 'qmd without vectors',
    samples: figures,
  };
}
