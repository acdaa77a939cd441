import type { AnalysedDocument } from '../analysis/index.js';
import { type Embedder, embeddingText, type QuantizedVector, quantize } from '../embedding/index.js';
import { buildSegment } from '../segment/index.js';

/** What of a batch goes into a segment. */
export interface BatchSelection {
  readonly paths: ReadonlySet<string>;
  readonly tombstones: readonly string[];
}

/** Documents that were analysed and wait for their segment. */
export class DocumentBatch {
  readonly documents: readonly AnalysedDocument[];
  readonly #embedder: Embedder;
  readonly #vectors = new Map<string, QuantizedVector>();

  constructor(documents: readonly AnalysedDocument[], embedder: Embedder) {
    this.documents = documents;
    this.#embedder = embedder;
  }

  /** The hashes of all passages, each once: what an earlier generation may have vectors for. */
  chunkHashes(): readonly string[] {
    return [...new Set(this.documents.flatMap((document) => document.chunks.map((chunk) => chunk.hash)))];
  }

  /** Takes over vectors that were made before; these passages are not embedded again. */
  adopt(vectors: ReadonlyMap<string, QuantizedVector>): void {
    for (const [hash, vector] of vectors) this.#vectors.set(hash, vector);
  }

  /** The bytes of a segment of the selected documents, after embedding what has no vector yet. */
  async build(selection: BatchSelection): Promise<Uint8Array> {
    const documents = this.documents.filter((document) => selection.paths.has(document.path));
    await this.#embedMissing(documents);
    const vectors = documents.flatMap((document) => document.chunks.map((chunk) => this.#requireVector(chunk.hash)));
    const { id: embedderId, dimension } = this.#embedder;
    return buildSegment({ documents, vectors, tombstones: selection.tombstones, embedderId, dimension });
  }

  async #embedMissing(documents: readonly AnalysedDocument[]): Promise<void> {
    const texts = new Map<string, string>();
    for (const { title, text, chunks } of documents) {
      for (const { hash, headingPath, startOffset, endOffset } of chunks) {
        if (this.#vectors.has(hash) || texts.has(hash)) continue;
        texts.set(hash, embeddingText({ title, headingPath, text: text.slice(startOffset, endOffset) }));
      }
    }
    const vectors = await this.#embedder.embed([...texts.values()]);
    for (const [index, hash] of [...texts.keys()].entries()) {
      const vector = vectors[index];
      if (vector !== undefined) this.#vectors.set(hash, quantize(vector));
    }
  }

  #requireVector(hash: string): QuantizedVector {
    const vector = this.#vectors.get(hash);
    if (vector !== undefined) return vector;
    throw new RangeError(`embedder ${this.#embedder.id} gave no vector for passage ${hash}`);
  }
}
