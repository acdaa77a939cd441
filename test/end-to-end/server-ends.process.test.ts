import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitOf } from '../cli/temporary-project.js';
import { entriesOf, expectVerified, until } from './agreement.js';
import { corpusFolder, type ProjectFolder, projectFrom } from './corpus-project.js';
import { INITIALIZE, messagesIn, type RawServer, startRawServer, toolCall } from './raw-server.js';
import { report, sized } from './test-size.js';

const ENDS = [
  { how: 'its input closes', end: (server: RawServer) => void server.process.stdin.end() },
  { how: 'it gets SIGTERM', end: (server: RawServer) => void server.process.kill('SIGTERM') },
] as const;
const MOMENTS = [
  { when: 'in the middle of indexing', isIndexing: true },
  { when: 'while it waits', isIndexing: false },
] as const;
const CASES = ENDS.flatMap((end) => MOMENTS.map((moment) => ({ ...end, ...moment })));

it.each(CASES)(
  'a server is gone at once when $how $when',
  { timeout: 600_000 },
  async ({ how, when, end, isIndexing }) => {
    await using project = await largeProject();
    const times: number[] = [];
    for (let turn = 0; turn < sized({ quick: 3, full: 10 }); turn++) {
      await using server = startRawServer(['--root', project.root]);
      server.send(INITIALIZE);
      await server.answer(1);
      await untilIndexing(server, isIndexing);
      const endedMs = performance.now();
      end(server);
      expect(await exitOf(server.process)).toBe(0);
      times.push(Math.round(performance.now() - endedMs));
      expect(server.stderr()).toBe('');
      if (isIndexing) await grow(project, turn);
    }
    report(`gone when ${how} ${when}`, { 'after ms': times.join('/') });
    await expectVerified(project.root, project.indexPath);
  },
);

it('every line on standard output is a message of the protocol, whatever is asked', { timeout: 120_000 }, async () => {
  await using project = await projectFrom(corpusFolder('vue-docs'));
  await using server = startRawServer(['--root', project.root]);
  server.send(INITIALIZE);
  await server.answer(1);
  server.process.stdin.write('this is no JSON\n{"jsonrpc":"2.0"}\n[]\n\n{"jsonrpc":"2.0","id":2,"method":"no/such"}\n');
  for (const [place, query] of ['reactivity', '', '日本', '\u0000', 'x'.repeat(5000)].entries()) {
    server.send(toolCall(10 + place, 'query_documents', { query }));
  }
  server.send(toolCall(20, 'no_such_tool'));
  server.send(toolCall(21, 'get_document', { path: '../../etc/passwd' }));
  server.send(toolCall(22, 'index_status'));
  await Promise.all([2, 10, 11, 12, 13, 14, 20, 21, 22].map((id) => server.answer(id)));
  server.process.stdin.end();
  expect(await exitOf(server.process)).toBe(0);
  expect(server.stdout().endsWith('\n')).toBe(true);
  for (const message of messagesIn(server.stdout())) expect(message).toMatchObject({ jsonrpc: '2.0' });
  expect(JSON.stringify(await server.answer(21))).toContain('DOCUMENT_NOT_FOUND');
});

/** Enough that indexing takes a while. */
async function largeProject(): Promise<ProjectFolder> {
  return projectFrom(corpusFolder('astro-docs'), sized({ quick: { files: 400 }, full: {} }));
}

/** More documents, so that the next server has something to index again. */
async function grow(project: ProjectFolder, turn: number): Promise<void> {
  await mkdir(join(project.root, `more-${turn}`), { recursive: true });
  for (let number = 0; number < 300; number++) {
    const words = `unit${turn}x${number} `.repeat(400);
    await writeFile(join(project.root, `more-${turn}`, `${number}.md`), `# Document ${number}\n\n${words}\n`);
  }
}

async function untilIndexing(server: RawServer, isIndexing: boolean): Promise<void> {
  let id = 100;
  await until(async () => {
    id += 1;
    server.send(toolCall(id, 'index_status'));
    const { result } = await server.answer(id);
    const state = entriesOf(entriesOf(result).structuredContent);
    return isIndexing ? state.indexing === true : state.stale === false;
  });
}
