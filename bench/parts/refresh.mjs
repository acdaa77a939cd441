import { IndexManager } from '../../dist/search/library.js';
import { edited } from '../corpus.mjs';
import { pairedRow, timesRow } from '../measuring.mjs';
import { startProcess } from '../project.mjs';

/**
 * From a commit being acknowledged here until another process answers a query from it, beside the same query there
 * when nothing is new; and until the other process is told of it without asking.
 */
export async function measureRefresh(bench) {
  const { root, indexPath: original } = await bench.preparedProject();
  const indexPath = bench.copyOf(original);
  const [query] = bench.queries;
  const asked = startProcess('asked-reader', root, indexPath, query);
  const told = startProcess('told-reader', indexPath);
  const manager = await IndexManager.open(indexPath);
  const pair = { work: [], floor: [] };
  const tellings = [];
  try {
    await Promise.all([asked.answer(), told.answer()]);
    for (let turn = 0; turn < bench.sizes.refreshes; turn += 1) {
      const { generation, acknowledgedNs } = await persist(manager, bench.corpus.documents[turn % 10], turn);
      pair.work.push(millisecondsBetween(acknowledgedNs, await answerFrom(asked, generation)));
      const askedNs = process.hrtime.bigint();
      pair.floor.push(millisecondsBetween(askedNs, await answerFrom(asked, generation)));
      const { toldNs } = await told.ask({ generation });
      tellings.push(millisecondsBetween(acknowledgedNs, toldNs));
    }
  } finally {
    await manager.close();
    await Promise.all([asked.end(), told.end()]);
    bench.remove(indexPath);
  }
  return [
    pairedRow('refresh: commit to answer elsewhere', pair, 'floor: the same query, nothing new'),
    timesRow('refresh: commit to being told', tellings, 'less than 0 is shown as 0: told before the writer itself'),
  ];
}

/** Acknowledged is when the caller hears of it; by then `persist` has loaded its own commit too. */
async function persist(manager, document, turn) {
  manager.indexDocument(document.path, edited(document, turn));
  const { generation } = await manager.persist();
  return { generation, acknowledgedNs: process.hrtime.bigint() };
}

async function answerFrom(reader, generation) {
  const answer = await reader.ask('query');
  if (answer.generation < generation)
    throw new Error(`answered from generation ${answer.generation}, not ${generation}`);
  return answer.answeredNs;
}

/** The clock is the same for all processes of a machine. */
function millisecondsBetween(startNs, endNs) {
  return Math.max(0, Number(endNs - startNs) / 1e6);
}
