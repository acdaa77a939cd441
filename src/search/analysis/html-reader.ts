import type { TextSink } from './inline-reader.js';
import { splitUrl } from './link-target.js';
import { type MarkupTag, proseOfTag, scanTag } from './markup-scanner.js';

/** Takes in what an HTML block holds. */
export interface HtmlSink extends TextSink {
  heading(heading: {
    readonly level: number;
    readonly line: number;
    readonly text: string;
    readonly id: string | undefined;
    /** True inside another element of the block, but for those that only lay out or divide a text. */
    readonly isEmbedded: boolean;
  }): void;
}

/** Elements around a heading that are no reason to take it for a part of an example; an HTML parser ends a `p` there. */
const DIVIDES_TEXT = /^(?:a|article|center|details|header|hgroup|main|p|section|summary)$/;

/** Elements whose content nobody reads. */
const HIDDEN_CONTENT = /^(?:script|style)$/i;

/** After so many `<` that begin no tag the rest of a block is text, to stay linear. */
const MAXIMUM_FAILURES = 500;

/** Elements nested deeper are not noted, to stay linear. */
const MAXIMUM_DEPTH = 64;

/** Reads an HTML block of a markdown file: its text, links, anchors and headings. Comments, scripts and styles are skipped. */
export function readHtml(html: string, firstLine: number, sink: HtmlSink): void {
  new HtmlReader(html, firstLine, sink).read();
}

interface Capture {
  readonly tag: MarkupTag;
  readonly line: number;
  text: string;
}

class HtmlReader {
  readonly #html: string;
  readonly #sink: HtmlSink;
  #line: number;
  #counted = 0;
  #failures = 0;
  #link: Capture | undefined;
  #heading: (Capture & { readonly isEmbedded: boolean }) | undefined;
  /** The open elements that a heading may be embedded in, outermost first. */
  readonly #around: string[] = [];

  constructor(html: string, firstLine: number, sink: HtmlSink) {
    this.#html = html;
    this.#line = firstLine;
    this.#sink = sink;
  }

  read(): void {
    let position = 0;
    while (position < this.#html.length) {
      const mark = this.#html.indexOf('<', position);
      this.#readText(position, mark === -1 ? this.#html.length : mark);
      if (mark === -1) break;
      position = this.#readMarkup(mark);
    }
    this.#finishHeading();
    this.#finishLink();
  }

  /** Reads what begins with a `<`; returns where it ends. */
  #readMarkup(start: number): number {
    const html = this.#html;
    if (html.startsWith('<!--', start)) return endOf(html, '-->', start + 2);
    if (html.startsWith('<!', start) || html.startsWith('<?', start)) return endOf(html, '>', start);
    const tag = this.#failures > MAXIMUM_FAILURES ? undefined : scanTag(html, start);
    if (tag === undefined) {
      this.#failures++;
      this.#append(this.#lineAt(start), '<');
      return start + 1;
    }
    this.#readTag(tag, this.#lineAt(start));
    if (tag.form === 'opening' && HIDDEN_CONTENT.test(tag.name)) {
      return endOf(html, `</${tag.name}`, tag.end);
    }
    return tag.end;
  }

  #readTag(tag: MarkupTag, line: number): void {
    const name = tag.name.toLowerCase();
    if (tag.form === 'closing') {
      if (name === 'a') this.#finishLink();
      if (/^h[1-6]$/.test(name)) this.#finishHeading();
      const opened = this.#around.lastIndexOf(name);
      if (opened !== -1) this.#around.length = opened;
      return;
    }
    const prose = proseOfTag(tag);
    if (prose !== '') this.#append(line, ` ${prose} `);
    const id = tag.attributes.get('id') ?? (name === 'a' ? tag.attributes.get('name') : undefined);
    if (/^h[1-6]$/.test(name)) {
      this.#finishHeading();
      this.#heading = { tag, line, text: '', isEmbedded: this.#around.length > 0 };
    } else if (name === 'a' && id !== undefined && id !== '') this.#sink.anchor(id);
    else if (isAround(tag, name) && this.#around.length < MAXIMUM_DEPTH) this.#around.push(name);
    this.#readLink(tag, name, line, prose);
  }

  #readLink(tag: MarkupTag, name: string, line: number, prose: string): void {
    if (name === 'a' && tag.form === 'opening') {
      this.#finishLink();
      this.#link = { tag, line, text: '' };
      return;
    }
    const url = tag.attributes.get('href') ?? (name === 'img' ? tag.attributes.get('src') : undefined);
    const target = url === undefined || name === 'link' || name === 'base' ? undefined : splitUrl(url);
    if (target !== undefined) this.#sink.link({ kind: 'html', ...target, text: prose, line: line + 1 });
  }

  #finishLink(): void {
    const link = this.#link;
    this.#link = undefined;
    const target = link === undefined ? undefined : splitUrl(link.tag.attributes.get('href') ?? '');
    if (link === undefined || target === undefined) return;
    this.#sink.link({ kind: 'html', ...target, text: squeeze(link.text), line: link.line + 1 });
  }

  #finishHeading(): void {
    const heading = this.#heading;
    this.#heading = undefined;
    if (heading === undefined) return;
    const level = Number(heading.tag.name.slice(1));
    this.#sink.heading({
      level,
      line: heading.line,
      text: squeeze(heading.text),
      id: heading.tag.attributes.get('id'),
      isEmbedded: heading.isEmbedded,
    });
  }

  #readText(start: number, end: number): void {
    let position = start;
    while (position < end) {
      const newline = this.#html.indexOf('\n', position);
      const stop = newline === -1 || newline >= end ? end : newline + 1;
      this.#append(this.#lineAt(position), decodeEntities(this.#html.slice(position, stop)));
      position = stop;
    }
  }

  #append(line: number, text: string): void {
    if (this.#link !== undefined) this.#link.text += text;
    if (this.#heading !== undefined) this.#heading.text += text;
    else if (text.trim() !== '') this.#sink.text(line, text);
  }

  #lineAt(position: number): number {
    for (let at = this.#html.indexOf('\n', this.#counted); at !== -1 && at < position; ) {
      this.#line++;
      this.#counted = at + 1;
      at = this.#html.indexOf('\n', this.#counted);
    }
    return this.#line;
  }
}

function isAround(tag: MarkupTag, name: string): boolean {
  return tag.form === 'opening' && !tag.attributes.has('align') && !DIVIDES_TEXT.test(name);
}

function endOf(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + (mark.startsWith('</') ? 0 : mark.length);
}

/** The entities that matter for words and for links; any other is cut in two words, as it stands. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:amp|lt|gt|quot|nbsp|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&#39;': "'",
};

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
