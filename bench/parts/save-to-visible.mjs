import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SETTINGS } from '../../dist/server/configuration/index.js';
import { documentsOf, edited } from '../corpus.mjs';
import { timesRow } from '../measuring.mjs';
import { snapdex } from '../project.mjs';
import { whileServed } from './served.mjs';

/** How often each instance is asked; the times are that coarse. */
const ASK_MS = 5;
const DEBOUNCE_MS = SETTINGS.debounceMs.fallback;
/** The instances while the corpus grows. */
const INSTANCES = 4;
/** The bar is for this many documents. */
const JUDGED_DOCUMENTS = 10_000;

/** From saving a file until the last of several servers finds the new words: as the corpus grows, and as instances do. */
export async function measureSaveToVisible(bench) {
  return [...(await measureGrowingCorpus(bench)), ...(await measureGrowingInstances(bench))];
}

async function measureGrowingCorpus(bench) {
  const rows = [];
  for (const count of bench.sizes.visibleDocuments) {
    const documents = documentsOf(bench.corpus, count);
    const project = bench.newProject(documents);
    await snapdex('index', '--root', project);
    const samples = await timeSaves(bench, { project, documents, instances: INSTANCES });
    const isJudged = count === JUDGED_DOCUMENTS;
    const row = rowOf(samples, { instances: INSTANCES, documents: count });
    rows.push({ ...row, must: isJudged ? { valueMost: 150 } : undefined });
  }
  return [...rows, growthRow(rows[0], rows.at(-1))];
}

async function measureGrowingInstances(bench) {
  const { root } = await bench.preparedProject();
  const { documents } = bench.corpus;
  const rows = [];
  for (const instances of bench.sizes.instances) {
    const samples = await timeSaves(bench, { project: bench.copyOf(root), documents, instances });
    rows.push({ ...rowOf(samples, { instances, documents: documents.length }), measure: 'save-to-visible', instances });
  }
  return rows;
}

function rowOf(samples, { instances, documents }) {
  const where = instances === 1 ? 'in one instance' : `in all of ${instances} instances`;
  const note = `until the last one finds it over MCP, less the ${DEBOUNCE_MS} ms debounce`;
  return timesRow(`save to visible ${where}, ${documents.toLocaleString('en-US')} documents`, samples, note);
}

/** That it does not depend on the size of the corpus. */
function growthRow(small, large) {
  return {
    what: 'save to visible: most documents beside fewest',
    unit: 'ms',
    p50: large.p50,
    floor: small.p50,
    ratio: large.p50 / small.p50,
    must: { most: 1.3 },
    note: 'floor: the fewest documents',
  };
}

async function timeSaves(bench, { project, documents, instances }) {
  return whileServed(bench, { project, count: instances }, async (servers) => {
    const samples = [];
    for (let save = 0; save < bench.sizes.saves; save += 1) {
      samples.push((await timeSave(servers, { project, document: documents[save % 10], save })) - DEBOUNCE_MS);
      // A save soon after another waits for its window too; people save more seldom than that.
      await sleep(2 * DEBOUNCE_MS);
    }
    return samples;
  });
}

async function timeSave(servers, { project, document, save }) {
  const { generation } = await servers[0].call('index_status');
  const bytes = edited(document, save);
  const startedMs = performance.now();
  writeFileSync(join(project, document.path), bytes);
  await Promise.all(servers.map((server) => untilFound(server, { generation, path: document.path, save })));
  return performance.now() - startedMs;
}

/**
 * Asks for the words once there is a newer generation. Asking for them all the time would keep both cores busy, the more
 * so the larger the index is.
 */
async function untilFound(server, { generation, path, save }) {
  for (;;) {
    const status = await server.call('index_status');
    if (status.generation > generation) {
      const { results } = await server.call('query_documents', { query: `zymurgy${save}`, limit: 1 });
      if (results[0]?.path === path && results[0].matchedBy.includes('keyword')) return;
    }
    await sleep(ASK_MS);
  }
}
