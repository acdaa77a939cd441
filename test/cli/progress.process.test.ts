/** Work that takes a while says how far it is: a bar on a terminal, elsewhere a line every five seconds. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { embeddingServer } from '../search/embedding/embedding-server.js';
import { onTerminal, WHY_NO_TERMINAL } from './real-terminal.js';
import { snapdex, type TemporaryProject, temporaryProject } from './temporary-project.js';

function documents(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, number) => [`${number}.md`, `# Document ${number}\n`]));
}

/** A store that takes a while to read, on a quick machine too, in the place of the index. */
async function storeOfManyFiles(project: TemporaryProject): Promise<void> {
  await using store = await SnapshotStore.open(join(project.root, '.snapdex'), { durability: 'deferred' });
  await store.update(async (draft) => {
    for (let number = 0; number < 10_000; number += 1) await draft.write(`${number}`, Buffer.alloc(20_000, number));
  });
}

if (WHY_NO_TERMINAL !== undefined) console.warn(`progress on a terminal: ${WHY_NO_TERMINAL}`);

describe.skipIf(WHY_NO_TERMINAL !== undefined)('on a terminal a bar, with how much of how much,', () => {
  it('shows what index has done', async () => {
    await using project = await temporaryProject(documents(3000));
    const terminal = onTerminal(['index', '--root', project.root]);
    expect(await terminal.end()).toBe(0);
    expect(terminal.shown()).toMatch(/indexing \S+ [\d,]+\/3,000/);
  });

  it('shows what verify and export have done', async () => {
    await using project = await temporaryProject({});
    await storeOfManyFiles(project);
    const verify = onTerminal(['verify', '--root', project.root]);
    expect(await verify.end()).toBe(0);
    expect(verify.shown()).toMatch(/verifying \S+ [\d,]+\/10,00\d/);
    const copy = onTerminal(['export', join(project.root, 'copy'), '--copy', '--root', project.root]);
    expect(await copy.end()).toBe(0);
    expect(copy.shown()).toMatch(/exporting \S+ [\d,]+\/10,00\d/);
  });
});

it('without a terminal, embedding anew tells how far it is in plain lines on standard error', async () => {
  await using project = await temporaryProject(documents(500));
  const at = ['--root', project.root];
  await snapdex(['index', ...at]);
  const server = await embeddingServer();
  server.answerLate(1500);
  const embedder = ['--embedder', 'http', '--embedding-model', 'm', '--embedding-url', server.url];
  const { code, stdout, stderr } = await snapdex(['index', ...embedder, ...at]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('500 passages embedded')]);
  expect(stderr).toMatch(/^(?:embedding \d+\/500, [\w ,/]+\n)+$/);
});
