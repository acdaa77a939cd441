import { join } from 'node:path';
import { expect, it } from 'vitest';
import { randomNumbers, seedOfThisRun } from '../search/documents/random-numbers.js';
import { arrayOf, entriesOf, expectAgreement, expectVerified, freshBuild, untilSettled } from './agreement.js';
import { corpusFolder, projectFrom } from './corpus-project.js';
import { DocumentEdits } from './document-edits.js';
import { type RunningServer, startFour, startServer } from './running-server.js';
import { report, sized } from './test-size.js';

const QUERIES = [
  'install dependencies',
  'content collections',
  'markdown frontmatter',
  'server rendering',
  'deploy to netlify',
  'configuration file',
  'environment variables',
  'images',
  'routing dynamic pages',
  'typescript strict',
  'middleware request context',
  'internationalization locale',
  'view transitions',
  'how do I migrate from another framework',
  'components props slots',
  'build output directory',
  'testing',
  'sitemap integration',
  'astro.config.mjs',
  'getStaticPaths',
  'harbour lantern quartz',
  'Note 7 walnut',
  '画像',
  'コンテンツ コレクション',
  'zzzz-not-there',
];

const seed = seedOfThisRun();

it(`four servers build one index once, and agree after 200 rapid edits (seed ${seed})`, {
  timeout: 600_000,
}, async () => {
  await using project = await projectFrom(corpusFolder('astro-docs'), sized({ quick: { files: 300 }, full: {} }));
  const startedAt = Date.now();
  const startedMs = performance.now();
  await using fleet = await startFour(['--root', project.root]);
  const { servers, first } = fleet;
  // 1. Everybody answers before the index is there; then one of them builds it, once.
  const early = await Promise.all(servers.map((server) => server.call('index_status')));
  expect(early.some((state) => state.indexing === true)).toBe(true);
  await untilSettled(servers, project);
  report('four servers, first index', {
    documents: Number((await first.call('index_status')).documents),
    'initialize ms': servers.map((server) => server.connectedAfterMs).join('/'),
    'settled after ms': Math.round(performance.now() - startedMs),
  });
  await expectOneBuild(first, startedAt);
  // 2. 200 edits as fast as they go, then silence.
  const edits = new DocumentEdits(project.root, randomNumbers(seed));
  const editedMs = performance.now();
  for (let made = 0; made < 200; made++) await edits.make();
  const quietMs = performance.now();
  await untilSettled(servers, project);
  report('200 edits', {
    'made in ms': Math.round(quietMs - editedMs),
    'settled after ms': Math.round(performance.now() - quietMs),
    generation: Number((await first.call('index_status')).generation),
  });
  // 3. All four, and a server on an index that one process built from nothing, say the same.
  const freshPath = join(project.around, 'fresh');
  await freshBuild(project.root, freshPath);
  await using fresh = await startServer('sdk', ['--root', project.root, '--index-path', freshPath]);
  await untilSettled([fresh], { ...project, indexPath: freshPath });
  await expectAgreement([fresh, ...servers], { queries: QUERIES, paths: edits.touched });
  await expectVerified(project.root, project.indexPath);
  await fleet.endCleanly();
});

/** A follower stands in for an indexer that commits nothing for this long, as one does on a machine at its limit. */
const LAG_MS = 10_000;

/** Every document was added once, and by one instance, unless that one was too slow for the others. */
async function expectOneBuild(first: RunningServer, startedMs: number): Promise<void> {
  const { generations } = await first.call('list_generations', { limit: 1000 });
  const entries = arrayOf(generations).map(entriesOf).toReversed();
  const { documents } = await first.call('index_status');
  expect(entries.reduce((sum, entry) => sum + Number(entry.added), 0)).toBe(documents);
  const committedMs = [startedMs, ...entries.map((entry) => Date.parse(String(entry.createdAt)))];
  const hasLagged = committedMs.some((time, place) => time - (committedMs[place - 1] ?? time) >= LAG_MS);
  if (!hasLagged) expect(new Set(entries.map((entry) => entry.writer)).size).toBe(1);
}
