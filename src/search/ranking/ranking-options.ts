import type { FieldParameters } from './bm25f.js';

/** BM25F over the fields of a passage. */
export interface PassageParameters {
  /** k1 of BM25. */
  readonly saturation: number;
  readonly heading: FieldParameters;
  readonly body: FieldParameters;
  readonly code: FieldParameters;
}

/** BM25F over the fields of a document. */
export interface DocumentParameters extends PassageParameters {
  readonly title: FieldParameters;
  readonly path: FieldParameters;
  readonly keywords: FieldParameters;
}

/** BM25F over what names a document. */
export interface NameParameters {
  readonly saturation: number;
  readonly title: FieldParameters;
  readonly path: FieldParameters;
  readonly keywords: FieldParameters;
}

/**
 * What each signal adds to a score. Every signal is divided by the best of the query first, or is a share, so each is
 * from 0 to 1; a weight of 0 switches the signal off.
 */
export interface SignalWeights {
  /** BM25F of the whole document. */
  readonly document: number;
  /** BM25F of the passage. */
  readonly passage: number;
  /** BM25F of title, path and keywords. */
  readonly name: number;
  /** Share of the query, by rarity, that the document has at all. */
  readonly coverage: number;
  /** Share of the query, by rarity, that stands in the passage's headings. */
  readonly headingCoverage: number;
  /** Similarity of the passage's vector to the query's. */
  readonly vector: number;
  /** Share of the title, or of the file name if that is more, that the query has. */
  readonly titlePrecision: number;
  /** How much the query and the document's best heading say the same. */
  readonly headingMatch: number;
  /** Links to the document from the best results. */
  readonly link: number;
}

/** What finding a term is worth beside its rarity. */
export interface TermParameters {
  /**
   * Exponent of the occurrences per document that has the term. What a text is about it says again and again; words of
   * no subject are spread evenly (Church and Gale, "Poisson mixtures", 1995), whatever the language. 0 (off) to 1.
   */
  readonly burstiness: number;
  /** Worth of a word that asks for a kind of text or an act, such as `example` and `add`. 0 to 1. */
  readonly weakWord: number;
  /**
   * Worth of a word that carries the grammar of a question in another language than English. More than 0, for it also
   * tells the language of the documents that are asked for. 0 to 1.
   */
  readonly functionWord: number;
  /**
   * Worth of a part of an identifier that documents have as a whole: who asks for `getUserById` means no other way to get a
   * user. 0 to 1.
   */
  readonly identifierPart: number;
}

/** How `searchView` ranks. */
export interface RankingParameters {
  readonly term: TermParameters;
  readonly passage: PassageParameters;
  readonly document: DocumentParameters;
  readonly name: NameParameters;
  readonly weights: SignalWeights;
  /** A passage that no keyword finds is a result from this cosine on, −1 to 1. */
  readonly minimumSimilarity: number;
  /** Most passages of one document in the results, 1 or more. */
  readonly passagesPerDocument: number;
  /** True if passages that say the same are one result, the best of them. */
  readonly collapseEqualPassages: boolean;
}

/** Chosen together, on several retrieval sets: docs/search-quality.md. */
export const DEFAULT_RANKING: RankingParameters = {
  term: { burstiness: 0.3, weakWord: 0.6, functionWord: 0.1, identifierPart: 0.1 },
  passage: {
    saturation: 1.2,
    heading: { weight: 2, lengthPenalty: 0.5 },
    body: { weight: 1, lengthPenalty: 0.25 },
    code: { weight: 0.5, lengthPenalty: 0.25 },
  },
  document: {
    saturation: 3,
    title: { weight: 8, lengthPenalty: 0.5 },
    path: { weight: 4, lengthPenalty: 0.5 },
    keywords: { weight: 4, lengthPenalty: 0.5 },
    heading: { weight: 2, lengthPenalty: 0.25 },
    body: { weight: 1, lengthPenalty: 0.25 },
    code: { weight: 0.5, lengthPenalty: 0.75 },
  },
  name: {
    saturation: 1.2,
    title: { weight: 2, lengthPenalty: 0.5 },
    path: { weight: 1, lengthPenalty: 0.5 },
    keywords: { weight: 1, lengthPenalty: 0.5 },
  },
  weights: {
    document: 1.8,
    passage: 1,
    name: 0.3,
    coverage: 0.18,
    headingCoverage: 0.1,
    vector: 0.12,
    titlePrecision: 0.65,
    headingMatch: 0.4,
    link: 0.15,
  },
  minimumSimilarity: 0.3,
  passagesPerDocument: 2,
  collapseEqualPassages: true,
};
