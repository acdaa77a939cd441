import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SETTINGS } from '../../dist/server/configuration/index.js';
import { edited } from '../corpus.mjs';
import { timesRow } from '../measuring.mjs';
import { startServer, untilCurrent } from '../servers.mjs';

/** How often the other instance is asked; the times are that coarse. */
const ASK_MS = 5;
const DEBOUNCE_MS = SETTINGS.debounceMs.fallback;

/** From saving a file until the server that does not index finds the new words, without the debounce. */
export async function measureSaveToVisible(bench) {
  const prepared = await bench.preparedProject();
  const root = bench.copyOf(prepared.root);
  const servers = [await startServer(root), await startServer(root)];
  try {
    await Promise.all(servers.map(untilCurrent));
    const follower = await findFollower(servers);
    const samples = [];
    for (let save = 0; save < bench.sizes.saves; save += 1) {
      const document = bench.corpus.documents[save % 10];
      samples.push((await timeSave(follower, { root, document, save })) - DEBOUNCE_MS);
      // A save soon after another waits for its window too; people save more seldom than that.
      await sleep(2 * DEBOUNCE_MS);
    }
    const note = `save to found by the other server over MCP, less the ${DEBOUNCE_MS} ms debounce`;
    return [timesRow('save to visible in another instance', samples, note)];
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    bench.remove(root);
  }
}

async function timeSave(follower, { root, document, save }) {
  const bytes = edited(document, save);
  const startedMs = performance.now();
  writeFileSync(join(root, document.path), bytes);
  for (;;) {
    const { results } = await follower.call('query_documents', { query: `zymurgy${save}`, limit: 1 });
    const isFound = results[0]?.path === document.path && results[0].matchedBy.includes('keyword');
    if (isFound) return performance.now() - startedMs;
    await sleep(ASK_MS);
  }
}

async function findFollower(servers) {
  const { instances } = await servers[0].call('index_status');
  const indexer = instances.find(({ role }) => role === 'indexer');
  return servers.find(({ pid }) => pid !== indexer?.pid) ?? servers[1];
}
