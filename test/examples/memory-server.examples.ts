/** The example beside the reference server that it replaces: every call is made to both, and the answers compared. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMemory, type MemoryClient } from './memory-client.js';

const EXAMPLE = join(process.cwd(), 'examples/memory-server');
const REFERENCE = join(EXAMPLE, 'node_modules/@modelcontextprotocol/server-memory/dist/index.js');
const GRAPH_URI = 'memory://knowledge-graph';

let folder: string;
let ours: MemoryClient;
let reference: MemoryClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapdex-memory-'));
  ours = await connectMemory(join(EXAMPLE, 'server.js'), join(folder, 'ours.jsonl'));
  reference = await connectMemory(REFERENCE, join(folder, 'reference.jsonl'));
});
afterAll(async () => {
  await ours.close();
  await reference.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const ada = { name: 'Ada', entityType: 'person', observations: ['likes tea', 'writes'] };
const bob = { name: 'Bob', entityType: 'person', observations: [] };
const engine = { name: 'Engine', entityType: 'machine', observations: ['calculates'] };
const knows = { from: 'Ada', to: 'Bob', relationType: 'knows' };
const built = { from: 'Bob', to: 'Engine', relationType: 'built' };
const unknown = { from: 'Nobody', to: 'Nothing', relationType: 'is' };

/** Calls in this order, each on what those before it have left. */
const CALLS: readonly (readonly [tool: string, parameters: { readonly [name: string]: unknown }])[] = [
  ['read_graph', {}],
  ['search_nodes', { query: 'tea' }],
  ['create_entities', { entities: [ada, bob] }],
  ['create_entities', { entities: [bob, engine] }],
  ['create_entities', { entities: [{ ...ada, entityType: 'other' }] }],
  [
    'create_entities',
    {
      entities: [
        { ...engine, name: 'Twin' },
        { ...bob, name: 'Twin' },
      ],
    },
  ],
  ['create_entities', { entities: [] }],
  ['create_entities', { entities: [{ name: 'no type' }] }],
  ['create_entities', { entities: [{ ...ada, name: 'More', colour: 'red' }] }],
  ['create_entities', {}],
  ['create_relations', { relations: [knows, built, knows] }],
  ['create_relations', { relations: [knows, unknown] }],
  ['create_relations', { relations: [{ from: 'Ada' }] }],
  ['add_observations', { observations: [{ entityName: 'Ada', contents: ['writes', 'reads', 'reads'] }] }],
  [
    'add_observations',
    {
      observations: [
        { entityName: 'Bob', contents: ['ok'] },
        { entityName: 'None', contents: [] },
      ],
    },
  ],
  [
    'add_observations',
    {
      observations: [
        { entityName: 'Bob', contents: ['a'] },
        { entityName: 'Bob', contents: ['a'] },
      ],
    },
  ],
  ['read_graph', {}],
  ['read_graph', { surplus: 1 }],
  ['search_nodes', { query: 'TEA' }],
  ['search_nodes', { query: 'machine' }],
  ['search_nodes', { query: '' }],
  ['search_nodes', { query: 'nowhere' }],
  ['search_nodes', {}],
  ['open_nodes', { names: ['Bob', 'Nobody', 'Twin'] }],
  ['open_nodes', { names: [] }],
  ['delete_observations', { deletions: [{ entityName: 'Ada', observations: ['reads', 'none'] }] }],
  ['delete_observations', { deletions: [{ entityName: 'None', observations: ['reads'] }] }],
  ['delete_relations', { relations: [unknown, unknown] }],
  ['delete_relations', { relations: [{ ...knows, relationType: 'other' }] }],
  ['delete_entities', { entityNames: ['Bob', 'Nobody'] }],
  ['delete_entities', { entityNames: ['Twin'] }],
  ['delete_entities', { entityNames: 'Ada' }],
  ['no_such_tool', {}],
  ['read_graph', {}],
];

const answerOf = (server: MemoryClient, tool: string, parameters: { readonly [name: string]: unknown }) =>
  server.call(tool, parameters).catch((error: unknown) => ({ refused: String(error) }));

describe('the example', () => {
  it('offers the tools of the reference server', async () => {
    const { tools } = await ours.client.listTools();
    expect(tools).toEqual((await reference.client.listTools()).tools);
    expect(tools).toHaveLength(9);
  });

  it.each(CALLS.map(([tool, parameters], index) => [index + 1, tool, parameters] as const))(
    'call %i: answers %s as the reference server does: %j',
    async (_, tool, parameters) => {
      expect(await answerOf(ours, tool, parameters)).toEqual(await answerOf(reference, tool, parameters));
    },
  );

  it('offers the same resource, and tells subscribers of its changes', async () => {
    for (const server of [ours, reference]) {
      await server.client.subscribeResource({ uri: GRAPH_URI });
      await server.call('create_entities', { entities: [bob] });
      while (server.updates.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await server.client.unsubscribeResource({ uri: GRAPH_URI });
      await server.call('delete_entities', { entityNames: ['Bob'] });
    }
    expect(ours.updates).toEqual(reference.updates);
    expect(await ours.client.listResources()).toEqual(await reference.client.listResources());
    expect(await ours.client.readResource({ uri: GRAPH_URI })).toEqual(
      await reference.client.readResource({ uri: GRAPH_URI }),
    );
    expect(ours.client.getServerCapabilities()).toEqual(reference.client.getServerCapabilities());
  });

  it('imports what the reference server has written, and answers with the same graph', async () => {
    const file = join(folder, 'moved.jsonl');
    const before = await connectMemory(REFERENCE, file);
    const odd = { name: 'Zoë “the fish” 🐟', entityType: 'line\nbreak', observations: ['', '{"type":"entity"}'] };
    await before.call('create_entities', { entities: [ada, bob, engine, odd] });
    await before.call('create_relations', { relations: [knows, built, { ...unknown, to: odd.name }] });
    await before.call('add_observations', { observations: [{ entityName: 'Bob', contents: ['a \\ and a "'] }] });
    await before.call('delete_entities', { entityNames: ['Engine'] });
    const written = await before.call('read_graph');
    await before.close();
    const text = readFileSync(file, 'utf8');
    const after = await connectMemory(join(EXAMPLE, 'server.js'), file);
    expect(Object(written.structuredContent).entities).toHaveLength(3);
    expect(await after.call('read_graph')).toEqual(written);
    await after.close();
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('keeps what the reference server loses when instances write at once', async () => {
    const [instances, changes] = process.env.SNAPDEX_FULL === '1' ? [16, 50] : [4, 50];
    const kept = async (program: string, file: string): Promise<number> => {
      const first = await connectMemory(program, file);
      const others = Array.from({ length: instances - 1 }, () => connectMemory(program, file));
      const servers = [first, ...(await Promise.all(others))];
      await Promise.all(
        servers.map(async (server, instance) => {
          for (let change = 0; change < changes; change++) {
            const entities = [{ ...bob, name: `${instance}-${change}` }];
            expect((await server.call('create_entities', { entities })).isError).toBeUndefined();
          }
        }),
      );
      const { structuredContent } = await first.call('read_graph');
      for (const server of servers) await server.close();
      return Object(structuredContent).entities.length;
    };
    const ofReference = await kept(REFERENCE, join(folder, 'race-reference.jsonl'));
    const ofOurs = await kept(join(EXAMPLE, 'server.js'), join(folder, 'race-ours.jsonl'));
    process.stdout.write(`kept of ${instances * changes}: reference ${ofReference}, example ${ofOurs}\n`);
    expect(ofOurs).toBe(instances * changes);
    expect(ofReference).toBeLessThan(ofOurs);
  });
});
