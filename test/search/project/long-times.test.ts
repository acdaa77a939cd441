import { expect, onTestFinished, test } from 'vitest';
import { QuietPeriod } from '../../../dist/search/documents/quiet-period.js';
import { HttpEmbedder } from '../../../dist/search/library.js';
import { timerOverflows } from '../../store/timer-overflows.js';
import { embeddingServer } from '../embedding/embedding-server.js';
import { pathsIn, projectWith, until } from './temporary-project-index.js';

const MONTHS_MS = 100 * 86_400_000;

test('an index that is compared every few months is not compared all the time', async () => {
  await using project = await projectWith({ 'a.md': '# A' });
  const overflows = await timerOverflows(async () => {
    const index = await project.open({ reconciliationIntervalMs: MONTHS_MS });
    index.start();
    await until(async () => (await pathsIn(index)).length > 0);
  });
  expect(overflows).toEqual([]);
});

test('a quiet that lasts for months does not end at once', async () => {
  const quiet = new QuietPeriod({ quietMs: MONTHS_MS, limitMs: 10 * MONTHS_MS, deliver: () => {} });
  expect(await timerOverflows(async () => quiet.touch())).toEqual([]);
  quiet.cancel();
});

test.each([MONTHS_MS, Number.POSITIVE_INFINITY])('an endpoint that may take %d ms is waited for', async (timeoutMs) => {
  const server = await embeddingServer();
  const embedder = new HttpEmbedder({ url: server.url, model: 'tiny', timeoutMs });
  onTestFinished(() => embedder.close());
  const overflows = await timerOverflows(async () => expect(await embedder.embed(['a'])).toHaveLength(1));
  expect(overflows).toEqual([]);
});
