import { hash } from 'node:crypto';
import { embeddingText } from '../embedding/embedding-text.js';
import type { AnalysedChunk, AnalysedDocument, JsonValue } from './analysed-document.js';
import { type BodyContent, type BodyHeading, readBody } from './body-reader.js';
import {
  type ChunkingOptions,
  DEFAULT_CHUNKING,
  divideIntoPassages,
  divideLongLine,
  type UnitRange,
} from './chunking.js';
import { decodeDocument } from './decode-document.js';
import { type FrontMatter, readFrontMatter } from './front-matter.js';
import { type LineTable, tableOfLines } from './line-table.js';
import { prepareSource } from './markdown-source.js';
import { type TermList, TermSink } from './term-list.js';
import { appendTerms, termsOfText } from './tokenizer.js';
import { currentVocabulary, type Vocabulary } from './vocabulary.js';

/** A document file as it was read. */
export interface DocumentFile {
  /** Relative to the root, with `/`. A name that ends in `.mdx` is read as MDX, any other as markdown. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Everything that the index holds of a document. The same file gives the same analysis in every process and on every
 * platform. Markup that is broken or hostile never fails: what cannot be parsed is read as plain text.
 *
 * @throws SearchError `DOCUMENT_NOT_UTF8`
 */
export function analyseDocument(file: DocumentFile, chunking: ChunkingOptions = DEFAULT_CHUNKING): AnalysedDocument {
  const { path, bytes } = file;
  const text = decodeDocument(bytes, path);
  const lines = tableOfLines(text);
  const frontMatter = readFrontMatter(text, lines);
  const source = prepareSource(text, lines, {
    bodyLine: frontMatter.bodyLine,
    isMdx: /\.mdx$/i.test(path),
    maximumLineCharacters: chunking.maximumLineCharacters,
  });
  const body = readBody(source);
  const title = titleOf(frontMatter, body.headings, path);
  const vocabulary = currentVocabulary();
  const chunks = new ChunkMaker({ text, lines, body, title, chunking, vocabulary }).chunks(frontMatter.bodyLine);
  return {
    path,
    contentHash: hash('sha256', bytes, 'hex').slice(0, 32),
    sizeBytes: bytes.length,
    title,
    frontMatter: frontMatter.values,
    text,
    titleTerms: termsOfText(title, vocabulary),
    pathTerms: termsOfText(path.replace(/\.[^./]*$/, ''), vocabulary),
    keywordTerms: keywordTerms(frontMatter, vocabulary),
    chunks,
    // Links of long lines turn up while chunks are made.
    links: [...body.links].sort((left, right) => left.line - right.line),
  };
}

function titleOf(frontMatter: FrontMatter, headings: readonly BodyHeading[], path: string): string {
  const title = frontMatter.values.title;
  if (typeof title === 'string' && title.trim() !== '') return title.trim();
  if (typeof title === 'number') return String(title);
  const heading = headings.find(({ level }) => level === 1) ?? headings[0];
  return heading?.text ?? path.replace(/^.*\//, '').replace(/(?<=.)\.[^.]*$/, '');
}

function keywordTerms(frontMatter: FrontMatter, vocabulary: Vocabulary): TermList {
  const terms = new TermSink(vocabulary);
  for (const key of ['description', 'keywords', 'tags', 'aliases']) appendValue(frontMatter.values[key], terms);
  return terms.list();
}

function appendValue(value: JsonValue | undefined, terms: TermSink): void {
  if (typeof value === 'string' || typeof value === 'number') appendTerms(String(value), terms);
  else if (Array.isArray(value)) for (const entry of value) appendValue(entry, terms);
}

/** A line, or a piece of a very long one, with its place in the text and in the collected terms. */
interface PlacedUnit {
  readonly line: number;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly words: number;
  readonly startsBlock: boolean;
  readonly startsSection: boolean;
  /** How many terms were collected up to and with this unit. */
  readonly bodyTermsEnd: number;
  readonly codeTermsEnd: number;
}

/** What has hardly any words for its length, such as markup or rows of signs, counts as if it had; it must not grow without bound. */
const MAXIMUM_CHARACTERS_PER_WORD = 100;

interface ChunkInput {
  readonly text: string;
  readonly lines: LineTable;
  readonly body: BodyContent;
  readonly title: string;
  readonly chunking: ChunkingOptions;
  readonly vocabulary: Vocabulary;
}

class ChunkMaker {
  readonly #input: ChunkInput;
  readonly #bodyTerms: TermSink;
  readonly #codeTerms: TermSink;
  readonly #units: PlacedUnit[] = [];
  readonly #headingAt: ReadonlyMap<number, BodyHeading>;

  constructor(input: ChunkInput) {
    this.#input = input;
    this.#bodyTerms = new TermSink(input.vocabulary);
    this.#codeTerms = new TermSink(input.vocabulary);
    this.#headingAt = new Map(input.body.headings.map((heading) => [heading.line, heading]));
  }

  chunks(bodyLine: number): readonly AnalysedChunk[] {
    this.#placeUnits(bodyLine);
    let passages = divideIntoPassages(this.#units, this.#input.chunking);
    if (passages.length === 0 && bodyLine > 0) {
      // A document of nothing but front matter still has lines to show.
      this.#placeUnits(0);
      passages = divideIntoPassages(this.#units, this.#input.chunking);
    }
    const open: BodyHeading[] = [];
    return passages.map((range) => {
      const heading = this.#headingAt.get(this.#units[range.start]?.line ?? -1);
      if (heading !== undefined && this.#units[range.start]?.startsSection === true) {
        while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
        open.push(heading);
      }
      return this.#chunk(range, open);
    });
  }

  #placeUnits(firstLine: number): void {
    const { text, lines, body, chunking } = this.#input;
    this.#units.length = 0;
    for (let line = firstLine; line < lines.count; line++) {
      const start = lines.starts[line] ?? 0;
      const end = lines.ends[line] ?? start;
      if (isBlank(text, start, end)) continue;
      if (end - start <= chunking.maximumLineCharacters) {
        this.#placeUnit(line, { start, end }, { prose: body.prose[line] ?? '', code: body.code[line] ?? '' }, true);
        continue;
      }
      const content = text.slice(start, end);
      const isCode = (body.code[line] ?? '') !== '';
      for (const [index, piece] of divideLongLine(content, chunking.maximumLineCharacters).entries()) {
        const part = content.slice(piece.start, piece.end);
        const said = isCode ? { prose: '', code: part } : { prose: body.readPiece(part, line), code: '' };
        this.#placeUnit(line, { start: start + piece.start, end: start + piece.end }, said, index === 0);
      }
    }
  }

  #placeUnit(
    line: number,
    range: UnitRange,
    said: { readonly prose: string; readonly code: string },
    isFirst: boolean,
  ): void {
    const words =
      (said.prose === '' ? 0 : appendTerms(said.prose, this.#bodyTerms)) +
      (said.code === '' ? 0 : appendTerms(said.code, this.#codeTerms));
    this.#units.push({
      line,
      startOffset: range.start,
      endOffset: range.end,
      words: Math.max(words, (range.end - range.start) / MAXIMUM_CHARACTERS_PER_WORD),
      startsBlock: !isFirst || this.#input.body.startsBlock[line] === 1,
      startsSection: isFirst && this.#headingAt.has(line),
      bodyTermsEnd: this.#bodyTerms.length,
      codeTermsEnd: this.#codeTerms.length,
    });
  }

  #chunk(range: UnitRange, headings: readonly BodyHeading[]): AnalysedChunk {
    const before = this.#units[range.start - 1];
    const first = this.#units[range.start];
    const last = this.#units[range.end - 1];
    const startOffset = first?.startOffset ?? 0;
    const endOffset = last?.endOffset ?? 0;
    const headingPath = headings.map(({ text }) => text);
    const text = this.#input.text.slice(startOffset, endOffset);
    const embeddedText = embeddingText({ title: this.#input.title, headingPath, text });
    return {
      headingPath,
      anchor: headings.at(-1)?.anchor ?? '',
      startLine: (first?.line ?? 0) + 1,
      endLine: (last?.line ?? 0) + 1,
      startOffset,
      endOffset,
      embeddedText,
      hash: hash('sha256', embeddedText, 'hex').slice(0, 16),
      headingTerms: this.#headingTerms(headingPath),
      bodyTerms: this.#bodyTerms.list(before?.bodyTermsEnd, last?.bodyTermsEnd),
      codeTerms: this.#codeTerms.list(before?.codeTermsEnd, last?.codeTermsEnd),
    };
  }

  #headingTerms(headings: readonly string[]): TermList {
    const terms = new TermSink(this.#input.vocabulary);
    for (const heading of headings) appendTerms(heading, terms);
    return terms.list();
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let position = start; position < end; position++) {
    const unit = text.charCodeAt(position);
    if (unit > 32 && (unit < 128 || /\S/.test(text.charAt(position)))) return false;
  }
  return true;
}
