import type { AnalysedChunk, AnalysedDocument } from '../analysis/index.js';
import { type BatchEmbedding, isMissing, missingVector, type QuantizedVector, quantize } from '../embedding/index.js';
import { buildSegment } from '../segment/index.js';

/** What of a batch goes into a segment. */
export interface BatchSelection {
  readonly paths: ReadonlySet<string>;
  readonly tombstones: readonly string[];
}

/** Documents that were analysed and wait for their segment. */
export class DocumentBatch {
  readonly documents: readonly AnalysedDocument[];
  readonly #vectors = new Map<string, QuantizedVector>();

  constructor(documents: readonly AnalysedDocument[]) {
    this.documents = documents;
  }

  /** The hashes of all passages, each once: what an earlier generation may have vectors for. */
  chunkHashes(): readonly string[] {
    return [...new Set(this.documents.flatMap((document) => document.chunks.map((chunk) => chunk.hash)))];
  }

  /** What is embedded for the passages of these hashes, in the order of the hashes. */
  texts(hashes: readonly string[]): readonly string[] {
    const texts = this.#textsOf(this.documents, new Set(hashes));
    return hashes.map((hash) => texts.get(hash) ?? '');
  }

  /** Takes over vectors that were made before; these passages are not embedded again. */
  adopt(vectors: ReadonlyMap<string, QuantizedVector>): void {
    for (const [hash, vector] of vectors) this.#vectors.set(hash, vector);
  }

  /**
   * The bytes of a segment of the selected documents. What has no vector yet is embedded, or, where vectors are made
   * later, noted as missing.
   */
  async build(selection: BatchSelection, embedding: BatchEmbedding): Promise<Uint8Array> {
    const documents = this.documents.filter((document) => selection.paths.has(document.path));
    if (embedding.embed !== undefined) {
      await this.#embedMissing(documents, embedding, embedding.embed.bind(embedding));
      // The first answer may have told a dimension that known vectors have not.
      await this.#embedMissing(documents, embedding, embedding.embed.bind(embedding));
    }
    const { tombstones } = selection;
    const chunks = documents.flatMap((document) => document.chunks);
    const dimension = this.#dimensionOf(chunks, embedding);
    if (dimension === 0) return buildSegment({ documents, vectors: [], tombstones, embedderId: '', dimension });
    const vectors = chunks.map(({ hash }) => this.#vectorOf(hash, dimension, embedding));
    return buildSegment({ documents, vectors, tombstones, embedderId: embedding.id, dimension });
  }

  async #embedMissing(
    documents: readonly AnalysedDocument[],
    embedding: BatchEmbedding,
    embed: NonNullable<BatchEmbedding['embed']>,
  ): Promise<void> {
    const missing = new Set<string>();
    for (const { chunks } of documents) {
      for (const { hash } of chunks) if (this.#known(hash, embedding.dimension) === undefined) missing.add(hash);
    }
    if (missing.size === 0) return;
    const texts = this.#textsOf(documents, missing);
    const vectors = await embed([...texts.values()]);
    for (const [index, hash] of [...texts.keys()].entries()) {
      const vector = vectors[index];
      if (vector !== undefined) this.#vectors.set(hash, quantize(vector));
    }
  }

  #textsOf(documents: readonly AnalysedDocument[], hashes: ReadonlySet<string>): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const { chunks } of documents) {
      for (const { hash, embeddedText } of chunks) if (hashes.has(hash)) texts.set(hash, embeddedText);
    }
    return texts;
  }

  /** 0 if there is no vector to be stored. */
  #dimensionOf(chunks: readonly AnalysedChunk[], { dimension }: BatchEmbedding): number {
    if (chunks.length === 0) return dimension;
    for (const { hash } of chunks) {
      const vector = this.#known(hash, dimension);
      if (vector !== undefined) return vector.codes.length;
    }
    return 0;
  }

  /** The vector of a passage, if there is one of that dimension; 0 takes any. */
  #known(hash: string, dimension: number): QuantizedVector | undefined {
    const vector = this.#vectors.get(hash);
    if (vector === undefined || isMissing(vector)) return undefined;
    return dimension === 0 || vector.codes.length === dimension ? vector : undefined;
  }

  #vectorOf(hash: string, dimension: number, { id, embed }: BatchEmbedding): QuantizedVector {
    const vector = this.#known(hash, dimension);
    if (vector !== undefined) return vector;
    if (embed === undefined) return missingVector(dimension);
    throw new RangeError(`embedder ${id} gave no vector of ${dimension} components for passage ${hash}`);
  }
}
