/** What the format keeps of a document besides its chunks, links and terms. */
export interface DocumentRecord {
  readonly path: Uint8Array;
  readonly title: Uint8Array;
  readonly frontMatter: Uint8Array;
  /** 16 bytes. */
  readonly contentHash: Uint8Array;
  readonly sizeBytes: number;
  readonly lines: number;
  readonly textBytes: number;
  readonly textCrc: number;
  /** Called once, when the segment is put together, so that a merge holds one text at a time. */
  readonly readText: () => Uint8Array;
  readonly titleLength: number;
  readonly pathLength: number;
  readonly keywordLength: number;
}

/** What the format keeps of a chunk besides its terms. */
export interface ChunkRecord {
  readonly startLine: number;
  readonly endLine: number;
  /** Range in the document's text, in bytes. */
  readonly textStart: number;
  readonly textEnd: number;
  readonly headingPath: Uint8Array;
  readonly anchor: Uint8Array;
  readonly hashHigh: number;
  readonly hashLow: number;
  readonly headingLength: number;
  readonly bodyLength: number;
  readonly codeLength: number;
  /** Components of the vector, and their residuals; empty if the segment has none. */
  readonly codes: Int8Array;
  readonly residuals: Uint8Array;
  readonly scale: number;
}

export interface LinkRecord {
  readonly kind: number;
  readonly line: number;
  readonly target: Uint8Array;
  readonly anchor: Uint8Array;
  readonly text: Uint8Array;
}
