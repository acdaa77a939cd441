/** The nine tools of the reference server: names, schemas and answers. */
import { z } from 'zod';
import {
  addObservations,
  createEntities,
  createRelations,
  deleteEntities,
  deleteObservations,
  deleteRelations,
  entitySchema,
  graphSchema,
  openNodes,
  relationSchema,
  searchNodes,
} from './knowledge-graph.js';

const READING = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const ADDING = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const DELETING = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false };

const asJson = (value) => ({ type: 'text', text: JSON.stringify(value, null, 2) });

/** Adds the nine tools to `server`. */
export function addTools(server, memory) {
  const readGraph = () => memory.read();
  const answerGraph = (graph) => ({ content: [asJson(graph)], structuredContent: graph });
  const change = async (tool, names, make) => {
    const answer = {};
    const reason = `${tool}: ${names.join(', ')}`.slice(0, 200);
    await memory.update(
      (before) => {
        const { graph, result } = make(before);
        answer.result = result;
        return graph;
      },
      { reason },
    );
    return answer.result;
  };
  const added = (key, result) => ({ content: [asJson(result)], structuredContent: { [key]: result } });
  const deleted = (message) => ({
    content: [{ type: 'text', text: message }],
    structuredContent: { success: true, message },
  });
  const deletedSchema = { success: z.boolean(), message: z.string() };

  server.registerTool(
    'create_entities',
    {
      title: 'Create Entities',
      description: 'Create multiple new entities in the knowledge graph',
      inputSchema: { entities: z.array(entitySchema) },
      outputSchema: { entities: z.array(entitySchema) },
      annotations: ADDING,
    },
    async ({ entities }) => {
      const names = entities.map(({ name }) => name);
      return added('entities', await change('create_entities', names, (graph) => createEntities(graph, entities)));
    },
  );
  server.registerTool(
    'create_relations',
    {
      title: 'Create Relations',
      description:
        'Create multiple new relations between entities in the knowledge graph. Relations should be in active voice',
      inputSchema: { relations: z.array(relationSchema) },
      outputSchema: { relations: z.array(relationSchema) },
      annotations: ADDING,
    },
    async ({ relations }) => {
      const names = relations.map(({ from, to }) => `${from} to ${to}`);
      return added('relations', await change('create_relations', names, (graph) => createRelations(graph, relations)));
    },
  );
  server.registerTool(
    'add_observations',
    {
      title: 'Add Observations',
      description: 'Add new observations to existing entities in the knowledge graph',
      inputSchema: {
        observations: z.array(
          z.object({
            entityName: z.string().describe('The name of the entity to add the observations to'),
            contents: z.array(z.string()).describe('An array of observation contents to add'),
          }),
        ),
      },
      outputSchema: {
        results: z.array(z.object({ entityName: z.string(), addedObservations: z.array(z.string()) })),
      },
      annotations: ADDING,
    },
    async ({ observations }) => {
      const names = observations.map(({ entityName }) => entityName);
      return added('results', await change('add_observations', names, (graph) => addObservations(graph, observations)));
    },
  );
  server.registerTool(
    'delete_entities',
    {
      title: 'Delete Entities',
      description: 'Delete multiple entities and their associated relations from the knowledge graph',
      inputSchema: { entityNames: z.array(z.string()).describe('An array of entity names to delete') },
      outputSchema: deletedSchema,
      annotations: DELETING,
    },
    async ({ entityNames }) => {
      await change('delete_entities', entityNames, (graph) => deleteEntities(graph, entityNames));
      return deleted('Entities deleted successfully');
    },
  );
  server.registerTool(
    'delete_observations',
    {
      title: 'Delete Observations',
      description: 'Delete specific observations from entities in the knowledge graph',
      inputSchema: {
        deletions: z.array(
          z.object({
            entityName: z.string().describe('The name of the entity containing the observations'),
            observations: z.array(z.string()).describe('An array of observations to delete'),
          }),
        ),
      },
      outputSchema: deletedSchema,
      annotations: DELETING,
    },
    async ({ deletions }) => {
      const names = deletions.map(({ entityName }) => entityName);
      await change('delete_observations', names, (graph) => deleteObservations(graph, deletions));
      return deleted('Observations deleted successfully');
    },
  );
  server.registerTool(
    'delete_relations',
    {
      title: 'Delete Relations',
      description: 'Delete multiple relations from the knowledge graph',
      inputSchema: { relations: z.array(relationSchema).describe('An array of relations to delete') },
      outputSchema: deletedSchema,
      annotations: DELETING,
    },
    async ({ relations }) => {
      const names = relations.map(({ from, to }) => `${from} to ${to}`);
      await change('delete_relations', names, (graph) => deleteRelations(graph, relations));
      return deleted('Relations deleted successfully');
    },
  );
  server.registerTool(
    'read_graph',
    {
      title: 'Read Graph',
      description: 'Read the entire knowledge graph',
      inputSchema: {},
      outputSchema: graphSchema.shape,
      annotations: READING,
    },
    async () => answerGraph(await readGraph()),
  );
  server.registerTool(
    'search_nodes',
    {
      title: 'Search Nodes',
      description: 'Search for nodes in the knowledge graph based on a query',
      inputSchema: {
        query: z.string().describe('The search query to match against entity names, types, and observation content'),
      },
      outputSchema: graphSchema.shape,
      annotations: READING,
    },
    async ({ query }) => answerGraph(searchNodes(await readGraph(), query)),
  );
  server.registerTool(
    'open_nodes',
    {
      title: 'Open Nodes',
      description: 'Open specific nodes in the knowledge graph by their names',
      inputSchema: { names: z.array(z.string()).describe('An array of entity names to retrieve') },
      outputSchema: graphSchema.shape,
      annotations: READING,
    },
    async ({ names }) => answerGraph(openNodes(await readGraph(), names)),
  );
}
