/** The graph as a document that every instance shares, and the way from the reference server's file to it. */
import { readFile } from 'node:fs/promises';
import { openDocument } from 'snapdex/documents';
import { graphSchema } from './knowledge-graph.js';

/** Opens the graph beside the reference server's file, which is imported once and then left as it is. */
export async function openMemory(file, options) {
  const memory = await openDocument(`${file}.store`, graphSchema, {
    client: 'memory-server',
    lockTimeoutMs: 60_000,
    ...options,
  });
  if ((await memory.read()) === undefined) {
    const imported = await readMemoryFile(file);
    // Of many instances that start at once, one imports.
    await memory.update((graph) => graph ?? imported, { reason: `imported ${imported.entities.length} entities` });
  }
  return memory;
}

/** @throws Error that names the line which is no entity and no relation */
async function readMemoryFile(file) {
  const graph = { entities: [], relations: [] };
  for (const [index, line] of (await readIfThere(file)).split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      const { type, ...item } = JSON.parse(line);
      if (type === 'entity') graph.entities.push(graphSchema.shape.entities.element.parse(item));
      if (type === 'relation') graph.relations.push(graphSchema.shape.relations.element.parse(item));
    } catch (cause) {
      throw new Error(`${file}: line ${index + 1} cannot be imported: ${cause.message}`, { cause });
    }
  }
  return graph;
}

async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}
