import type { Token } from 'markdown-it';
import type { DocumentLink } from './analysed-document.js';
import { HeadingSlugger, splitExplicitId } from './heading-slugs.js';
import { type HtmlSink, readHtml } from './html-reader.js';
import { readInline, readWords, type TextSink } from './inline-reader.js';
import { type ParsedMarkdown, parseMarkdown } from './markdown-parser.js';
import type { MarkdownSource } from './markdown-source.js';

export interface BodyHeading {
  /** 1 to 6. */
  readonly level: number;
  /** From 0. */
  readonly line: number;
  readonly text: string;
  readonly anchor: string;
}

/** What a body says, line by line, markup removed. Lines count from 0 at the top of the file. */
export interface BodyContent {
  /** Prose of each line; headings are not among it. */
  readonly prose: readonly string[];
  /** Code of each line, from code blocks; inline code is prose. */
  readonly code: readonly string[];
  /** 1 where a block begins (paragraph, list item, table row, code block …): the places to split a section. */
  readonly startsBlock: Uint8Array;
  readonly headings: readonly BodyHeading[];
  /** By line. */
  readonly links: readonly DocumentLink[];
  /** Reads a piece of a line that was too long to be read with its paragraph; its links are added to `links`. */
  readPiece(text: string, line: number): string;
}

/** Inline content beyond this is parsed in groups of lines, which bounds what is worse than linear in it. */
const MAXIMUM_INLINE_CHARACTERS = 2400;

/** Reads a body. Whatever the parser does not account for, such as text nested too deep, is taken as plain lines. */
export function readBody(source: MarkdownSource): BodyContent {
  const reader = new BodyReader(source);
  reader.readBlocks();
  reader.readLeftovers();
  reader.sortLinks();
  return reader;
}

const LINK_DEFINITION = /^[\s>]{0,12}\[[^\]]{1,999}\]:/;
const READABLE = /[\p{L}\p{N}]/u;

class BodyReader implements BodyContent, HtmlSink {
  readonly prose: string[];
  readonly code: string[];
  readonly startsBlock: Uint8Array;
  readonly headings: BodyHeading[] = [];
  readonly links: DocumentLink[];
  readonly #source: MarkdownSource;
  readonly #parsed: ParsedMarkdown;
  readonly #isRead: Uint8Array;
  readonly #slugger = new HeadingSlugger();
  /** The anchor of an `<a id>` that stands right above a heading belongs to it. */
  #anchor: string | undefined;
  /** Of the newest heading in markdown; what HTML has inside of other elements does not end its section. */
  #markdownLevel = 0;

  constructor(source: MarkdownSource) {
    const count = source.lines.length;
    this.#source = source;
    this.#parsed = parseMarkdown(source.lines.join('\n'), { isMdx: source.isMdx });
    this.prose = new Array<string>(count).fill('');
    this.code = new Array<string>(count).fill('');
    this.startsBlock = new Uint8Array(count);
    this.#isRead = new Uint8Array(count);
    this.links = [...source.masked.links];
    for (const { line, text } of source.masked.prose) this.text(line, text);
  }

  readBlocks(): void {
    let rowLine = 0;
    let heading: Token | undefined;
    for (const token of this.#parsed.blocks) {
      const line = token.map?.[0] ?? rowLine;
      if (token.map !== null && token.type !== 'inline') this.startsBlock[line] = 1;
      switch (token.type) {
        case 'tr_open':
          rowLine = line;
          break;
        case 'heading_open':
          heading = token;
          break;
        case 'heading_close':
          heading = undefined;
          break;
        case 'inline':
          if (heading === undefined) this.#readParagraph(token, line);
          else this.#readHeading(token, line, Number(heading.tag.slice(1)));
          break;
        case 'fence':
        case 'code_block':
          this.#readCode(token, line);
          break;
        case 'html_block':
          this.#readHtmlBlock(token, line);
          break;
      }
    }
  }

  readLeftovers(): void {
    const { lines, bodyLine } = this.#source;
    for (let line = bodyLine; line < lines.length; line++) {
      if (this.#isRead[line] === 1) continue;
      const content = lines[line] ?? '';
      if (READABLE.test(content) && !LINK_DEFINITION.test(content)) this.text(line, content);
    }
  }

  sortLinks(): void {
    this.links.sort((left, right) => left.line - right.line);
  }

  readPiece(text: string, line: number): string {
    let prose = '';
    const sink: TextSink = {
      text: (_, part) => {
        prose += prose === '' ? part : ` ${part}`;
      },
      link: (link) => this.link(link),
      anchor: () => undefined,
    };
    readWords(this.#parsed, text, line, sink);
    return prose;
  }

  text(line: number, text: string): void {
    const before = this.prose[line];
    if (before !== undefined && !this.#source.longLines.has(line))
      this.prose[line] = before === '' ? text : `${before} ${text}`;
  }

  link(link: DocumentLink): void {
    this.links.push(link);
  }

  anchor(id: string): void {
    this.#anchor = id;
  }

  heading({ level, line, text, id, isEmbedded }: Parameters<HtmlSink['heading']>[0]): void {
    if (text === '') return;
    if (isEmbedded && id === undefined && level <= this.#markdownLevel) {
      this.text(line, text);
      return;
    }
    const slug = this.#slugger.slug(text);
    this.headings.push({ level, line, text, anchor: id ?? this.#anchor ?? slug });
    this.startsBlock[line] = 1;
    this.#anchor = undefined;
  }

  #readParagraph(token: Token, line: number): void {
    const end = token.map?.[1] ?? line + 1;
    this.#isRead.fill(1, line, end);
    const anchorBefore = this.#anchor;
    this.#readInlineContent(token.content, line);
    // An anchor counts for the next heading only if nothing is said in between.
    const isAnchorOnly =
      this.#anchor !== anchorBefore && this.prose.slice(line, end).every((text) => text.trim() === '');
    if (!isAnchorOnly) this.#anchor = undefined;
  }

  #readInlineContent(content: string, line: number): void {
    if (content.length <= MAXIMUM_INLINE_CHARACTERS) {
      readWords(this.#parsed, content, line, this);
      return;
    }
    let group = '';
    let first = line;
    for (const [index, part] of content.split('\n').entries()) {
      const isLong = this.#source.longLines.has(line + index);
      if (isLong || group.length + part.length > MAXIMUM_INLINE_CHARACTERS) {
        readWords(this.#parsed, group, first, this);
        group = isLong ? '' : part;
        first = isLong ? line + index + 1 : line + index;
      } else group += line + index === first ? part : `\n${part}`;
    }
    readWords(this.#parsed, group, first, this);
  }

  #readHeading(token: Token, line: number, level: number): void {
    this.#isRead.fill(1, line, token.map?.[1] ?? line + 1);
    const explicit = splitExplicitId(token.content);
    let text = '';
    const inherited = this.#anchor;
    this.#anchor = undefined;
    readInline(this.#parsed, explicit.text.slice(0, MAXIMUM_INLINE_CHARACTERS), line, {
      text: (_, part) => {
        text += text === '' ? part : ` ${part}`;
      },
      link: (link) => this.link(link),
      anchor: (id) => this.anchor(id),
    });
    text = text.trim();
    if (text === '') return;
    // The slug is made before spaces are squeezed: two spaces are two hyphens.
    const anchor = explicit.id ?? this.#anchor ?? inherited ?? this.#slugger.slug(text);
    this.headings.push({ level, line, text: text.replace(/\s+/g, ' '), anchor });
    this.#markdownLevel = level;
    this.#anchor = undefined;
  }

  #readCode(token: Token, line: number): void {
    const isFence = token.type === 'fence';
    const end = token.map?.[1] ?? line + 1;
    this.#isRead.fill(1, line, end);
    this.#anchor = undefined;
    if (isFence) this.code[line] = textOfInfo(token.info);
    let at = isFence ? line + 1 : line;
    for (const content of token.content.split('\n')) {
      if (at < end) this.code[at++] = content;
    }
  }

  #readHtmlBlock(token: Token, line: number): void {
    this.#isRead.fill(1, line, token.map?.[1] ?? line + 1);
    const anchorBefore = this.#anchor;
    const headingsBefore = this.headings.length;
    readHtml(token.content, line, this);
    if (this.headings.length === headingsBefore && this.#anchor === anchorBefore) this.#anchor = undefined;
  }
}

/** The language of a code block and its quoted titles, without the options of highlighters. */
function textOfInfo(info: string): string {
  const language = /^[\w+#.-]+/.exec(info)?.[0] ?? '';
  const titles = [...info.matchAll(/["']([^"']+)["']/g)].map((match) => match[1] ?? '');
  return [language, ...titles].join(' ').trim();
}
