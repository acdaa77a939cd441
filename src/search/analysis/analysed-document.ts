import type { TermList } from './term-list.js';

/** A JSON value, as front matter carries it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How a link was written. `wiki` is `[[target]]`; `embed` is `![[target]]` or an image. */
export type LinkKind = 'inline' | 'reference' | 'wiki' | 'embed' | 'html';

/** A link as the document wrote it; which document it leads to depends on the whole corpus and is decided later. */
export interface DocumentLink {
  readonly kind: LinkKind;
  /** The target without its anchor and query, percent-decoded (wiki links are not encoded), as written: `../guide/a b.md`, `/guide/intro`, `Note name`; `''` for the document itself. */
  readonly target: string;
  /** What stands behind `#`, percent-decoded, without the `#`; `''` if none. */
  readonly anchor: string;
  /** The visible text, markup removed. */
  readonly text: string;
  /** Line of the link in the file, from 1. */
  readonly line: number;
}

/** A passage of a document: a heading and what stands under it, split where it is long. */
export interface AnalysedChunk {
  /** Texts of the headings above and at this passage, outermost first, markup removed; the document's title is not repeated here unless it is a heading. */
  readonly headingPath: readonly string[];
  /** Slug of the nearest heading, as GitHub makes it, or an explicit `{#id}`; `''` before the first heading. */
  readonly anchor: string;
  /** First and last line of the passage in the file, from 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Range of the passage in `AnalysedDocument.text`, in UTF-16 code units. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** What an embedder reads for the passage; see `embeddingText`. */
  readonly embeddedText: string;
  /** Identity of the passage for reuse of its vector: 64 bits of SHA-256 over `embeddedText`, as 16 hex digits. */
  readonly hash: string;
  /** Index terms in order of appearance, repeats kept, by field. */
  readonly headingTerms: TermList;
  readonly bodyTerms: TermList;
  readonly codeTerms: TermList;
}

/** One markdown document after analysis: everything that a segment stores of it. */
export interface AnalysedDocument {
  /** Relative to the root, with `/`, as the file system spells it. */
  readonly path: string;
  /** First 128 bits of SHA-256 over the file's bytes, as 32 hex digits. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  /** Front matter `title`, else the first heading of level 1, else the first heading, else the file name without extension. */
  readonly title: string;
  readonly frontMatter: { readonly [key: string]: JsonValue };
  /** The decoded text, without a byte order mark, line ends as in the file. */
  readonly text: string;
  readonly titleTerms: TermList;
  readonly pathTerms: TermList;
  /** Terms of front-matter `description`, `keywords`, `tags` and `aliases`. */
  readonly keywordTerms: TermList;
  /** In order, not overlapping, together covering every line of the body that holds text; front matter is in none, unless there is nothing else. */
  readonly chunks: readonly AnalysedChunk[];
  readonly links: readonly DocumentLink[];
}

/** A question after the same analysis as the documents. */
export interface AnalysedQuery {
  readonly text: string;
  /** Distinct index terms in order of first appearance, stop words removed unless nothing else is left. */
  readonly terms: readonly string[];
  /** Those of the terms that carry the grammar of the question in its language; none if there is nothing else. */
  readonly functionTerms: ReadonlySet<string>;
  /** Of a question that has nothing but identifiers: the terms that are parts of them, each with those that it is of. */
  readonly identifierParts: ReadonlyMap<string, readonly string[]>;
}
