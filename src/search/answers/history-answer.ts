import type { HistoryEntry } from '../../store/index.js';
import { readIndexMetadata } from '../indexing/index-metadata.js';
import type { GenerationSummary } from '../requests.js';

/** One generation for the history, in documents rather than files. */
export function summarizeGeneration(entry: HistoryEntry): GenerationSummary {
  const { generation, parent, createdAt, writer, sizeBytes, tags } = entry;
  // A rollback or a resume repeats the words of the generation it copies; the counts there are not its own.
  const isIndexing = entry.operation === 'update';
  const metadata = readIndexMetadata(entry);
  return {
    generation,
    parent,
    createdAt,
    writer: `${writer.client} (pid ${writer.pid} on ${writer.host})`,
    operation: isIndexing ? metadata.operation : entry.operation,
    added: isIndexing ? metadata.added : 0,
    changed: isIndexing ? metadata.changed : 0,
    removed: isIndexing ? metadata.removed : 0,
    sizeBytes,
    tags,
  };
}
