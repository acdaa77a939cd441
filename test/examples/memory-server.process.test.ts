import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';
import { FULL_TIMEOUT_MS, measure } from '../process/children.js';
import { type ExampleFolder, installExample } from './example-folder.js';
import { connectMemory, type MemoryClient } from './memory-client.js';

const MEMORY_FILE = [
  '{"type":"entity","name":"Ada","entityType":"person","observations":["likes tea"]}',
  '',
  '{"type":"relation","from":"Ada","to":"Bob","relationType":"knows"}',
].join('\n');

let example: ExampleFolder;
beforeAll(() => {
  example = installExample('memory-server', ['@modelcontextprotocol/sdk', 'zod']);
});
afterAll(() => example.remove());

let folder: string;
let file: string;
let clients: MemoryClient[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapdex-memory-'));
  file = join(folder, 'memory.jsonl');
  clients = [];
});
afterEach(async () => {
  for (const client of clients) await client.close();
  const store = await SnapshotStore.open(`${file}.store`, { readOnly: true });
  expect((await store.verify()).problems).toEqual([]);
  await store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const start = async (...options: readonly string[]): Promise<MemoryClient> => {
  const client = await connectMemory(join(example.directory, 'server.js'), file, options);
  clients.push(client);
  return client;
};
const entity = (name: string) => ({ name, entityType: 'note', observations: [] });

describe('the memory server', () => {
  it('imports the file of the reference server once, whoever starts first, and leaves it as it is', async () => {
    writeFileSync(file, MEMORY_FILE);
    const [one, other] = await Promise.all([start(), start()]);
    const graph = {
      entities: [{ name: 'Ada', entityType: 'person', observations: ['likes tea'] }],
      relations: [{ from: 'Ada', to: 'Bob', relationType: 'knows' }],
    };
    expect((await one.call('read_graph')).structuredContent).toEqual(graph);
    expect((await other.call('read_graph')).structuredContent).toEqual(graph);
    await one.call('delete_entities', { entityNames: ['Ada'] });
    expect((await (await start()).call('read_graph')).structuredContent).toEqual({ entities: [], relations: [] });
    expect(readFileSync(file, 'utf8')).toBe(MEMORY_FILE);
  });

  it(
    'keeps every acknowledged change of instances that write at once',
    async () => {
      const [instances, changes] = [measure(16, 4), measure(50, 10)];
      const started = await Promise.all(Array.from({ length: instances }, () => start()));
      await Promise.all(
        started.map(async (client, instance) => {
          for (let change = 0; change < changes; change++) {
            const { isError } = await client.call('create_entities', { entities: [entity(`${instance}-${change}`)] });
            expect(isError).toBeUndefined();
          }
        }),
      );
      const { structuredContent } = await (await start()).call('read_graph');
      const expected = started.flatMap((_, instance) =>
        Array.from({ length: changes }, (_, change) => entity(`${instance}-${change}`)),
      );
      const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
      expect(structuredContent).toEqual({ entities: expect.any(Array), relations: [] });
      const { entities } = Object(structuredContent);
      expect(entities.toSorted(byName)).toEqual(expected.sort(byName));
    },
    FULL_TIMEOUT_MS,
  );

  it('tells its history and goes back, where it is asked to offer that', async () => {
    const client = await start('--history-tools');
    await client.call('create_entities', { entities: [entity('Ada')] });
    await client.call('delete_entities', { entityNames: ['Ada'] });
    const { changes } = Object((await client.call('memory_history', { limit: 2 })).structuredContent);
    expect(changes.map(({ reason }: { reason: string }) => reason)).toEqual([
      'delete_entities: Ada',
      'create_entities: Ada',
    ]);
    await client.call('restore_memory', { generation: changes[1].generation });
    expect((await client.call('open_nodes', { names: ['Ada'] })).structuredContent).toEqual({
      entities: [entity('Ada')],
      relations: [],
    });
  });

  it('tells its subscribers of changes by another instance', async () => {
    const [one, other] = [await start(), await start()];
    await one.client.subscribeResource({ uri: 'memory://knowledge-graph' });
    await other.call('create_entities', { entities: [entity('Ada')] });
    while (one.updates.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(one.updates[0]).toBe('memory://knowledge-graph');
  });

  it('does not start on a file that it would lose a part of', async () => {
    writeFileSync(file, `${MEMORY_FILE}\n{"type":"entity","name":"Bob"}`);
    await expect(start()).rejects.toThrow();
    expect(
      await SnapshotStore.open(`${file}.store`).then(async (store) => {
        const { generation } = await store.snapshot();
        await store.close();
        return generation;
      }),
    ).toBe(0);
  });
});
