import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { edited } from '../corpus.mjs';
import { startEmbeddingsEndpoint } from '../embeddings-endpoint.mjs';
import { median } from '../measuring.mjs';
import { untilCurrent } from '../servers.mjs';
import { whileOpen } from '../while-open.mjs';
import { bytesReadBy, cpuOf, whileServed } from './served.mjs';

/** A real `git checkout`, there and back again, of a branch in which some documents differ. */
export async function measureCheckout(bench) {
  if (!hasGit()) return [];
  const rows = [];
  for (const differing of bench.sizes.checkoutFiles) {
    rows.push(await timeCheckouts(bench, differing), ...(await countEmbedded(bench, differing)));
  }
  return rows;
}

async function timeCheckouts(bench, differing) {
  const { project, checkOut } = await repositoryWithBranch(bench, differing);
  return whileServed(bench, { project, count: 1 }, async ([server]) => {
    const samples = [];
    const cpuMs = [];
    const readBytes = [];
    for (let turn = 0; turn < bench.sizes.checkouts; turn += 1) {
      const [cpuBefore, readBefore] = [cpuOf([server]), bytesReadBy(server)];
      const startedMs = performance.now();
      await checkOutAndWait(server, () => checkOut(turn % 2 === 0 ? 'main' : 'other'));
      samples.push(performance.now() - startedMs);
      cpuMs.push(cpuOf([server]) - cpuBefore);
      readBytes.push(bytesReadBy(server) - readBefore);
    }
    return {
      what: `git checkout of a branch with ${differing} other documents`,
      unit: 'ms',
      p50: median(samples),
      note: `until all are found; ${median(cpuMs)} ms of CPU, ${(median(readBytes) / 1e6).toFixed(1)} MB read`,
      samples,
    };
  });
}

/** The same with an embedder behind HTTP, which counts the texts that it is asked for. */
async function countEmbedded(bench, differing) {
  const { project, checkOut } = await repositoryWithBranch(bench, differing, 'main');
  return whileOpen(startEmbeddingsEndpoint(), async (endpoint) => {
    return whileServed(bench, { project, count: 1, environment: endpoint.settings }, async ([server]) => {
      await untilEmbedded(server);
      const inAll = endpoint.takeCount();
      const counts = [];
      for (const branch of ['other', 'main', 'other']) {
        await checkOutAndWait(server, () => checkOut(branch));
        await untilEmbedded(server);
        counts.push(endpoint.takeCount());
      }
      return embeddedRows({ differing, inAll, counts });
    });
  });
}

function embeddedRows({ differing, inAll, counts: [there, back, again] }) {
  const row = (what, texts) => ({ what: `texts embedded by ${what}`, unit: 'texts', p50: texts });
  const known = { must: { valueMost: 0 } };
  return [
    { ...row(`a checkout with ${differing} other documents`, there), note: `of ${inAll} in all` },
    { ...row(`checking out back again, ${differing} documents`, back), ...known },
    { ...row(`checking out the same branch again, ${differing} documents`, again), ...known },
  ];
}

/** Resolves when a generation has what differs; the embedder may have to catch up. */
async function checkOutAndWait(server, checkOut) {
  const { generation } = await server.call('index_status');
  checkOut();
  for (;;) {
    const status = await untilCurrent(server);
    if (status.generation > generation) return;
    await sleep(10);
  }
}

async function untilEmbedded(server) {
  for (;;) {
    const { embedding } = await untilCurrent(server);
    if (embedding.missing === 0 && embedding.embedded > 0) return;
    await sleep(50);
  }
}

/** A copy of the prepared project as a repository whose branch `other` differs from `main`; one of them is checked out. */
async function repositoryWithBranch(bench, differing, branch = 'other') {
  const { root } = await bench.preparedProject();
  const project = bench.copyOf(root);
  const git = (...words) =>
    execFileSync('git', ['-C', project, '-c', 'user.name=bench', '-c', 'user.email=b@x', ...words]);
  const checkOut = (name) => git('checkout', '--quiet', name);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=all');
  git('checkout', '--quiet', '-b', 'other');
  for (const document of bench.corpus.documents.slice(0, differing))
    writeFileSync(join(project, document.path), edited(document, 1));
  git('commit', '--quiet', '--all', '--message=changed');
  if (branch !== 'other') checkOut(branch);
  return { project, checkOut };
}

function hasGit() {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
