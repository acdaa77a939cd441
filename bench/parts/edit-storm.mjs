import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SnapshotStore } from '../../dist/store/index.js';
import { edited } from '../corpus.mjs';
import { untilCurrent } from '../servers.mjs';
import { whileOpen } from '../while-open.mjs';
import { cpuOf, QUIET_MS, whileServed } from './served.mjs';

/** The number of instances that has a bar. */
const JUDGED_INSTANCES = 8;

/** What bursts of edits cost all instances together, as instances grow, and how many generations they make. */
export async function measureEditStorm(bench) {
  const rows = [];
  let one;
  for (const instances of bench.sizes.instances) {
    const outcome = await stormWith(bench, instances);
    one ??= outcome;
    rows.push(cpuRow(bench, { instances, ...outcome, one }), generationsRow(bench, { instances, ...outcome }));
  }
  return rows;
}

function cpuRow(bench, { instances, cpuMs, one }) {
  const isJudged = instances === JUDGED_INSTANCES;
  return {
    what: `CPU of ${told(instances)} for ${stormName(bench)}`,
    unit: 'ms',
    p50: cpuMs,
    ...(instances === 1 ? {} : { floor: one.cpuMs, ratio: cpuMs / one.cpuMs, note: 'floor: one instance' }),
    must: isJudged ? { most: 1.3 } : undefined,
    measure: 'storm-cpu',
    instances,
  };
}

/** One generation a burst: a burst is over before the debounce is. */
function generationsRow(bench, { instances, generations }) {
  return {
    what: `generations that ${told(instances)} made of ${stormName(bench)}`,
    unit: '',
    p50: generations,
    must: { valueMost: bench.sizes.stormBursts },
    instances,
  };
}

function stormName({ sizes }) {
  return `${sizes.stormBursts} bursts of ${sizes.editsPerBurst} edits`;
}

function told(instances) {
  return instances === 1 ? 'one instance' : `${instances} instances`;
}

async function stormWith(bench, count) {
  const { root } = await bench.preparedProject();
  const project = bench.copyOf(root);
  return whileServed(bench, { project, count }, async (servers) => {
    const { stormBursts, editsPerBurst } = bench.sizes;
    const before = await newestGeneration(project);
    const cpuBefore = cpuOf(servers);
    for (let burst = 0; burst < stormBursts; burst += 1) {
      for (const document of bench.corpus.documents.slice(0, editsPerBurst))
        writeFileSync(join(project, document.path), edited(document, burst));
      // Longer than the debounce, and until followers have caught up.
      await sleep(QUIET_MS);
    }
    await Promise.all(servers.map(untilCurrent));
    const cpuMs = cpuOf(servers) - cpuBefore;
    return { cpuMs, generations: await countIndexed(project, before) };
  });
}

async function newestGeneration(project) {
  return whileOpen(openStore(project), async (store) => (await store.snapshot()).generation);
}

/** Generations since then that index something; merges in the background are another matter. */
async function countIndexed(project, before) {
  const { generations } = await whileOpen(openStore(project), (store) => store.history());
  return generations.filter(({ generation, reason }) => generation > before && /^indexed /.test(reason ?? '')).length;
}

function openStore(project) {
  return SnapshotStore.open(join(project, '.snapdex'), { readOnly: true });
}
