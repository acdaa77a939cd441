/** The worker thread that reads, analyses, embeds and builds, so that the server's own thread always answers. */
import { parentPort } from 'node:worker_threads';
import type { AnalysedDocument } from '../analysis/index.js';
import { LocalEmbedder } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import { DocumentBatch } from './document-batch.js';
import { analyseFile, fingerprint } from './file-reading.js';
import { mergeFiles } from './merge-files.js';
import { unpackVectors } from './packed-vectors.js';
import type { FileReading, WorkerAnswer, WorkerTask } from './worker-protocol.js';

const embedder = new LocalEmbedder();
const batches = new Map<number, DocumentBatch>();

parentPort?.on('message', (task: WorkerTask) => {
  void answer(task).then((reply) => {
    parentPort?.postMessage(reply, reply.kind === 'bytes' ? [ownBuffer(reply.bytes)] : []);
  });
});

async function answer(task: WorkerTask): Promise<WorkerAnswer> {
  try {
    return await perform(task);
  } catch (error) {
    return { kind: 'failed', id: task.id, error: packError(error) };
  }
}

async function perform(task: WorkerTask): Promise<WorkerAnswer> {
  const { id } = task;
  switch (task.kind) {
    case 'fingerprint':
      return { kind: 'read', id, readings: task.paths.map((path) => fingerprint(task, path)), chunkHashes: [] };
    case 'analyse':
      return { kind: 'read', id, ...analyse(task.batch, task.paths, task) };
    case 'build': {
      const batch = requireBatch(task.batch);
      batch.adopt(unpackVectors(task.vectors));
      const bytes = await batch.build({ paths: new Set(task.paths), tombstones: task.tombstones });
      return { kind: 'bytes', id, bytes: standalone(bytes) };
    }
    case 'release':
      batches.delete(task.batch);
      return { kind: 'done', id };
    case 'merge':
      return { kind: 'bytes', id, bytes: standalone(mergeFiles(task.inputs, task.dropTombstones)) };
  }
}

function analyse(
  batch: number,
  paths: readonly string[],
  rules: { readonly root: string; readonly maximumBytes: number },
): { readonly readings: readonly FileReading[]; readonly chunkHashes: readonly string[] } {
  const documents: AnalysedDocument[] = [];
  const readings: FileReading[] = [];
  for (const path of paths) {
    const { reading, document } = analyseFile(rules, path);
    readings.push(reading);
    if (document !== undefined) documents.push(document);
  }
  const made = new DocumentBatch(documents, embedder);
  batches.set(batch, made);
  return { readings, chunkHashes: made.chunkHashes() };
}

function requireBatch(batch: number): DocumentBatch {
  const found = batches.get(batch);
  if (found === undefined) throw new RangeError(`batch ${batch} is not here`);
  return found;
}

/** A buffer that is part of a larger one cannot be handed over. */
function standalone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer instanceof ArrayBuffer ? bytes.buffer : new Uint8Array(bytes).buffer;
}

function packError(error: unknown): { code: SearchError['code']; message: string; remedy: string } {
  if (error instanceof SearchError) return { code: error.code, message: error.message, remedy: error.remedy };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INDEXING_FAILED', message, remedy: 'The index keeps its last generation; please report this.' };
}
