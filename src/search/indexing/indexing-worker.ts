/** The worker thread that reads, analyses, embeds and builds, so that the server's own thread always answers. */
import { parentPort } from 'node:worker_threads';
import { type AnalysedDocument, analyseDocument } from '../analysis/index.js';
import { batchEmbeddingOf } from '../embedding/index.js';
import { SearchError } from '../errors.js';
import { DocumentBatch } from './document-batch.js';
import { analyseFile } from './file-analysis.js';
import { fingerprintText } from './file-reading.js';
import { mergeFiles } from './merge-files.js';
import { unpackVectors } from './packed-vectors.js';
import type { FileReading, StoredText, WorkerAnswer, WorkerTask } from './worker-protocol.js';

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
      return { kind: 'read', id, readings: task.paths.map((path) => fingerprintText(task, path)), chunkHashes: [] };
    case 'analyse':
      return { kind: 'read', id, ...analyse(task.batch, task.paths, task) };
    case 'analyse-stored':
      return { kind: 'read', id, readings: [], chunkHashes: keep(task.batch, task.documents.map(analyseStored)) };
    case 'texts':
      return { kind: 'texts', id, texts: requireBatch(task.batch).texts(task.hashes) };
    case 'build': {
      const batch = requireBatch(task.batch);
      batch.adopt(unpackVectors(task.vectors));
      const selection = { paths: new Set(task.paths), tombstones: task.tombstones };
      const bytes = await batch.build(selection, batchEmbeddingOf(task.embedding));
      return { kind: 'bytes', id, bytes: standalone(bytes) };
    }
    case 'release':
      batches.delete(task.batch);
      return { kind: 'done', id };
    case 'merge':
      return { kind: 'bytes', id, bytes: standalone(mergeFiles(task.inputs, task.dropTombstones, task.embedder)) };
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
  return { readings, chunkHashes: keep(batch, documents) };
}

/** Keeps the documents until they are released; gives the hashes of their passages. */
function keep(batch: number, documents: readonly AnalysedDocument[]): readonly string[] {
  const made = new DocumentBatch(documents);
  batches.set(batch, made);
  return made.chunkHashes();
}

function analyseStored({ path, text, contentHash, sizeBytes }: StoredText): AnalysedDocument {
  return { ...analyseDocument({ path, bytes: Buffer.from(text) }), contentHash, sizeBytes };
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
