import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { interleave, pairedRow, timed, timesRow } from '../measuring.mjs';
import { cleanEnvironment, openProject, snapdex, startProcess } from '../project.mjs';
import { whileOpen } from '../while-open.mjs';

const run = promisify(execFile);

/** Real queries on the whole index, as the product answers them by default; and the first one of a new process. */
export async function measureQuery(bench) {
  const project = await bench.preparedProject();
  return [await measureWarm(bench, project), ...(await measureCold(bench, project))];
}

async function measureWarm(bench, { root, indexPath }) {
  const samples = await whileOpen(openProject({ root, indexPath, mode: 'read' }), async (index) => {
    for (const query of bench.queries) await index.search({ query });
    const times = [];
    for (let pass = 0; pass < bench.sizes.queryPasses; pass += 1) {
      for (const query of bench.queries) times.push(await timed(() => index.search({ query })));
    }
    return times;
  });
  return timesRow('query, 10 results', samples, `${bench.queries.length} real queries, keyword + vector`);
}

async function measureCold(bench, { root, indexPath }) {
  const [query] = bench.queries;
  const environment = { env: cleanEnvironment() };
  const pair = await interleave(bench.sizes.coldStarts, () => ({
    work: () => snapdex('search', query, '--root', root, '--json'),
    floor: () => run(process.execPath, ['-e', '0'], environment),
  }));
  const openings = [];
  for (let turn = 0; turn < bench.sizes.coldStarts; turn += 1) {
    const reader = startProcess('first-query', root, indexPath, query);
    openings.push(await reader.answer());
    await reader.end();
  }
  return [
    pairedRow(
      'first query, process start included',
      pair,
      '`snapdex search`; floor: a process of Node that does nothing',
    ),
    timesRow('open and first query, code loaded', openings, 'files in the page cache'),
  ];
}
