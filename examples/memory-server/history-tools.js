/** What the reference server does not have: the history of the graph, and the way back. */
import { z } from 'zod';

const changeSchema = z.object({ generation: z.number(), createdAt: z.string(), reason: z.string() });

/** Adds `memory_history` and `restore_memory` to `server`. */
export function addHistoryTools(server, memory) {
  server.registerTool(
    'memory_history',
    {
      title: 'Memory History',
      description: 'List the latest changes of the knowledge graph, newest first, each with its generation number',
      inputSchema: { limit: z.number().int().min(1).max(100).default(10).describe('How many changes to list') },
      outputSchema: { changes: z.array(changeSchema) },
      annotations: { readOnlyHint: true },
    },
    async ({ limit }) => {
      const history = await memory.history({ limit });
      const changes = history.map(({ generation, createdAt, reason }) => ({ generation, createdAt, reason }));
      return { content: [{ type: 'text', text: JSON.stringify(changes, null, 2) }], structuredContent: { changes } };
    },
  );
  server.registerTool(
    'restore_memory',
    {
      title: 'Restore Memory',
      description:
        'Make the knowledge graph what it was in an earlier generation of its history. The history keeps what is there now, so this can be undone too',
      inputSchema: { generation: z.number().int().describe('The generation number, as memory_history lists it') },
      outputSchema: { generation: z.number() },
      annotations: { destructiveHint: true },
    },
    async ({ generation }) => {
      const restored = await memory.rollback(generation, { reason: `restored ${generation}` });
      const text = `Restored generation ${generation} as generation ${restored.generation}`;
      return { content: [{ type: 'text', text }], structuredContent: { generation: restored.generation } };
    },
  );
}
