import type { Token } from 'markdown-it';
import type { DocumentLink, LinkKind } from './analysed-document.js';
import { positionOf, WIKI_LINK } from './inline-rules.js';
import { type LinkTarget, splitNoteName, splitUrl } from './link-target.js';
import { type ParsedMarkdown, readDestination } from './markdown-parser.js';
import { type MarkupTag, proseOfTag, scanTag } from './markup-scanner.js';

/** Takes in what a reader finds; lines count from 0, but for the lines of links. */
export interface TextSink {
  text(line: number, text: string): void;
  link(link: DocumentLink): void;
  /** An explicit anchor, such as that of `<a id="…">`. */
  anchor(id: string): void;
}

/** Inline content without any of these reads the same with and without the parser. */
const MARKUP = /[\\`*_~[<&{]/;

/**
 * The same for text of which only the words count: emphasis and backticks are no part of a word. This spares the parser
 * most paragraphs.
 */
const MARKUP_BETWEEN_WORDS = /[\\[<{]|&#?\w/;

/** Reads the text, links and anchors of a heading whose first line is `firstLine`. */
export function readInline(parsed: ParsedMarkdown, content: string, firstLine: number, sink: TextSink): void {
  if (MARKUP.test(content)) readMarkup(parsed, content, firstLine, sink);
  else readPlainLines(content, firstLine, sink);
}

/** Reads the words, links and anchors of a paragraph or table cell; marks of emphasis may remain in its text. */
export function readWords(parsed: ParsedMarkdown, content: string, firstLine: number, sink: TextSink): void {
  if (MARKUP_BETWEEN_WORDS.test(content)) readMarkup(parsed, content, firstLine, sink);
  else readPlainLines(content, firstLine, sink);
}

function readPlainLines(content: string, firstLine: number, sink: TextSink): void {
  let line = firstLine;
  for (const part of content.split('\n')) sink.text(line++, part);
}

function readMarkup(parsed: ParsedMarkdown, content: string, firstLine: number, sink: TextSink): void {
  const tokens = parsed.parseInline(content);
  if (tokens === undefined) {
    readPlainLines(content, firstLine, sink);
    return;
  }
  const reader = new InlineReader(content, firstLine, sink);
  for (const token of tokens) reader.read(token);
  reader.finish();
}

interface OpenLink extends LinkTarget {
  readonly kind: LinkKind;
  readonly line: number;
  text: string;
}

class InlineReader {
  readonly #content: string;
  readonly #sink: TextSink;
  /** The open links, outermost first; undefined for one that leads out of the corpus, or for an anchor. */
  readonly #links: (OpenLink | undefined)[] = [];
  #line: number;
  #counted = 0;
  #pending = '';

  constructor(content: string, firstLine: number, sink: TextSink) {
    this.#content = content;
    this.#line = firstLine;
    this.#sink = sink;
  }

  read(token: Token): void {
    this.#advanceTo(positionOf(token));
    switch (token.type) {
      case 'text':
      case 'text_special':
        this.#append(token.content);
        break;
      case 'code_inline':
        this.#append(token.content);
        break;
      case 'softbreak':
      case 'hardbreak':
        this.#append(' ');
        break;
      case 'link_open':
        this.#openLink(token);
        break;
      case 'link_close':
        this.#closeLink();
        break;
      case 'image':
        this.#readImage(token);
        break;
      case 'html_inline':
        this.#readTag(token.content);
        break;
      case WIKI_LINK:
        this.#readWikiLink(token);
        break;
    }
  }

  finish(): void {
    while (this.#links.length > 0) this.#closeLink();
    this.#flush();
  }

  /** Counts the line ends up to a position. A line break is itself recorded, so text never lands on a line too early. */
  #advanceTo(position: number | undefined): void {
    if (position === undefined) return;
    const end =
      this.#content.charCodeAt(position) === 10 || this.#content.startsWith('\\\n', position) ? position + 2 : position;
    for (let at = this.#content.indexOf('\n', this.#counted); at !== -1 && at < end; ) {
      this.#flush();
      this.#line++;
      this.#counted = at + 1;
      at = this.#content.indexOf('\n', this.#counted);
    }
  }

  #append(text: string): void {
    this.#pending += text;
    for (const link of this.#links) if (link !== undefined) link.text += text;
  }

  #flush(): void {
    if (this.#pending !== '') this.#sink.text(this.#line, this.#pending);
    this.#pending = '';
  }

  #openLink(token: Token): void {
    const { url, isReference } = readDestination(token.attrGet('href'));
    this.#pushLink(isReference ? 'reference' : 'inline', splitUrl(url));
  }

  #pushLink(kind: LinkKind, target: LinkTarget | undefined): void {
    this.#links.push(target === undefined ? undefined : { kind, ...target, line: this.#line + 1, text: '' });
  }

  #closeLink(): void {
    const link = this.#links.pop();
    if (link !== undefined) this.#sink.link({ ...link, text: squeeze(link.text) });
  }

  #readImage(token: Token): void {
    this.#append(` ${token.content} `);
    const target = splitUrl(readDestination(token.attrGet('src')).url);
    if (target !== undefined) this.#emit('embed', target, token.content);
  }

  #readWikiLink(token: Token): void {
    const isEmbed = token.markup === '![[';
    // `![[image.png|300x200]]`: the alias is a size.
    const alias = isEmbed && /^\d+(?:x\d+)?$/.test(token.info) ? '' : token.info;
    const text = alias === '' ? token.content : alias;
    this.#append(text);
    const target = splitNoteName(token.content);
    if (target !== undefined) this.#emit(isEmbed ? 'embed' : 'wiki', target, text);
  }

  #readTag(source: string): void {
    const tag = scanTag(source, 0);
    if (tag === undefined) return;
    this.#appendProseOf(tag);
    if (tag.name === 'a') {
      const url = tag.attributes.get('href');
      const id = tag.attributes.get('id') ?? tag.attributes.get('name');
      if (id !== undefined && id !== '') this.#sink.anchor(id);
      if (tag.form === 'opening') this.#pushLink('html', url === undefined ? undefined : splitUrl(url));
      if (tag.form === 'closing') this.#closeLink();
      return;
    }
    if (tag.form === 'closing') return;
    const url =
      tag.attributes.get('href') ?? (/^(?:img|image)$/i.test(tag.name) ? tag.attributes.get('src') : undefined);
    const target = url === undefined ? undefined : splitUrl(url);
    if (target !== undefined) this.#emit('html', target, proseOfTag(tag));
  }

  #appendProseOf(tag: MarkupTag): void {
    const prose = proseOfTag(tag);
    if (prose !== '') this.#append(` ${prose} `);
    else if (!SEAMLESS_ELEMENTS.has(tag.name.toLowerCase())) this.#append(' ');
  }

  #emit(kind: LinkKind, target: LinkTarget, text: string): void {
    this.#sink.link({ kind, ...target, text: squeeze(text), line: this.#line + 1 });
  }
}

/** Elements that may stand inside a word. All others separate words. */
const SEAMLESS_ELEMENTS = new Set(
  'a abbr b big code del em font i ins kbd mark s small span strong sub sup u wbr'.split(' '),
);

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
