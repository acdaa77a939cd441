import type { DocumentLink } from './analysed-document.js';
import { FenceTracker } from './fence-tracker.js';
import type { LineTable } from './line-table.js';
import { splitUrl } from './link-target.js';
import { endOfBraces, endOfComment, type MarkupTag, proseOfTag, scanTag } from './markup-scanner.js';

/** What stands in tags that were taken out of the source. */
export interface MaskedMarkup {
  /** Readable attributes (titles, labels, descriptions) with their line, from 0. */
  readonly prose: readonly { readonly line: number; readonly text: string }[];
  /** Links of attributes such as `href`, line from 1. */
  readonly links: readonly DocumentLink[];
}

/**
 * Makes markdown of the lines of an MDX body, in place: `import` and `export`, expressions and tags at the start of a line
 * go, and what stands inside a component moves left by the component's indentation, since MDX knows no indented code.
 * Every line keeps its number. Tags and expressions inside a line are left to the parser.
 */
export function maskMdx(text: string, table: LineTable, lines: string[], bodyLine: number): MaskedMarkup {
  const masker = new MdxMasker(text, table, lines);
  for (let line = bodyLine; line < table.count; ) line = masker.maskLine(line);
  return masker;
}

interface OpenElement {
  readonly name: string;
  /** Indentation of the tag as the parser will see it. */
  readonly indentation: number;
  /** Columns taken off the lines inside; unknown until the first of them. */
  shift: number | undefined;
}

const ESM_START =
  /^(?:import\s+(?:[\w$]+\s*(?:,|from\b)|type\s|['"{*])|export\s+(?:\{|\*|(?:const|let|var|function|async|default|class|type|interface|enum)\b))/;
const INLINE_ELEMENTS = new Set('a abbr b code del em i kbd mark q s small span strong sub sup u'.split(' '));
const MAXIMUM_ESM_LINES = 500;
const MAXIMUM_DEPTH = 64;
/** After so many tags and expressions that are not closed, the rest of the file is taken as it is, to stay linear. */
const MAXIMUM_FAILURES = 500;

class MdxMasker implements MaskedMarkup {
  readonly prose: { readonly line: number; readonly text: string }[] = [];
  readonly links: DocumentLink[] = [];
  readonly #text: string;
  readonly #table: LineTable;
  readonly #lines: string[];
  readonly #fences = new FenceTracker();
  readonly #elements: OpenElement[] = [];
  #fenceIndentation = '';
  #mayStartEsm = true;
  #failures = 0;

  constructor(text: string, table: LineTable, lines: string[]) {
    this.#text = text;
    this.#table = table;
    this.#lines = lines;
  }

  /** Masks one line, and those that its tags reach into; returns the next line to look at. */
  maskLine(line: number): number {
    const content = this.#lines[line] ?? '';
    if (content.trim() === '') {
      this.#mayStartEsm = true;
      return line + 1;
    }
    const place = this.#fences.place(content);
    if (place !== 'outside') {
      const moved = this.#dedent(content);
      if (place === 'opening') this.#fenceIndentation = moved.slice(0, Math.max(0, moved.search(/\S/)));
      // MDX closes a fence at any indentation, CommonMark does not.
      this.#lines[line] = place === 'closing' ? this.#fenceIndentation + content.trimStart() : moved;
      this.#mayStartEsm = false;
      return line + 1;
    }
    if (this.#mayStartEsm && ESM_START.test(content)) return this.#maskEsm(line);
    this.#mayStartEsm = false;
    const first = content.trimStart().charAt(0);
    if (first === '<' || first === '{') return this.#maskLeadingMarkup(line);
    this.#lines[line] = this.#dedent(content);
    this.#closeElementsOf(content);
    return line + 1;
  }

  /** An import or export runs to the next blank line, or over it while its braces are open. */
  #maskEsm(first: number): number {
    let depth = 0;
    let line = first;
    for (; line < this.#table.count && line - first < MAXIMUM_ESM_LINES; line++) {
      const content = this.#lines[line] ?? '';
      if (content.trim() === '' && depth <= 0) break;
      for (const [brace] of content.matchAll(/[{}()[\]]/g)) depth += '{(['.includes(brace) ? 1 : -1;
      this.#lines[line] = '';
    }
    this.#mayStartEsm = true;
    return line;
  }

  #maskLeadingMarkup(line: number): number {
    const original = this.#lines[line] ?? '';
    const indentation = this.#dedent(original).search(/\S/);
    let position = (this.#table.starts[line] ?? 0) + original.search(/\S/);
    let last = line;
    for (;;) {
      const end = this.#consumeMarkup(position, last, indentation);
      if (end === undefined) break;
      while (last + 1 < this.#table.count && end > (this.#table.ends[last] ?? 0)) this.#lines[last++] = '';
      position = end;
      while (position < (this.#table.ends[last] ?? 0) && /[ \t]/.test(this.#text.charAt(position))) position++;
    }
    const rest = this.#text.slice(position, this.#table.ends[last]);
    this.#lines[last] =
      this.#headingOf(line, last) ?? (rest.trim() === '' ? '' : ' '.repeat(Math.max(0, indentation)) + rest);
    this.#closeElementsOf(rest);
    return last + 1;
  }

  /** Takes in the tag, comment or expression at a position; returns its end, or undefined if there is none to take out. */
  #consumeMarkup(position: number, line: number, indentation: number): number | undefined {
    const text = this.#text;
    if (this.#failures > MAXIMUM_FAILURES) return undefined;
    if (text.startsWith('{', position)) return this.#countFailure(endOfBraces(text, position));
    if (text.startsWith('<!--', position)) return this.#countFailure(endOfComment(text, position));
    if (!text.startsWith('<', position)) return undefined;
    const tag = this.#countFailure(scanTag(text, position));
    if (tag === undefined || INLINE_ELEMENTS.has(tag.name)) return undefined;
    if (tag.form === 'closing') this.#close(tag.name);
    else this.#takeIn(tag, line, indentation);
    return tag.end;
  }

  #countFailure<Found>(found: Found | undefined): Found | undefined {
    if (found === undefined) this.#failures++;
    return found;
  }

  #takeIn(tag: MarkupTag, line: number, indentation: number): void {
    if (tag.form === 'opening' && this.#elements.length < MAXIMUM_DEPTH) {
      this.#elements.push({ name: tag.name, indentation: Math.max(0, indentation), shift: undefined });
    }
    const prose = proseOfTag(tag);
    if (prose !== '') this.prose.push({ line, text: prose });
    const url =
      tag.attributes.get('href') ?? (/^(?:img|image)$/i.test(tag.name) ? tag.attributes.get('src') : undefined);
    const target = url === undefined ? undefined : splitUrl(url);
    if (target === undefined) return;
    const inner = /^[^<{\n\r]*/.exec(this.#text.slice(tag.end, tag.end + 200))?.[0] ?? '';
    const text = tag.form === 'opening' && inner.trim() !== '' ? inner.trim() : prose;
    this.links.push({ kind: 'html', ...target, text, line: line + 1 });
  }

  /** `<h2 id="x">Title</h2>` on one line is a heading. */
  #headingOf(first: number, last: number): string | undefined {
    if (first !== last) return undefined;
    const source = this.#text.slice(this.#table.starts[first], this.#table.ends[first]);
    const [, level, attributes = '', title = ''] = /^\s*<h([1-6])((?:\s[^<>]*)?)>(.*)<\/h\1\s*>\s*$/.exec(source) ?? [];
    if (level === undefined) return undefined;
    const id = /\sid=["']([^"'\s]+)["']/.exec(attributes)?.[1];
    return `${'#'.repeat(Number(level))} ${title.trim()}${id === undefined ? '' : ` {#${id}}`}`;
  }

  #closeElementsOf(content: string): void {
    if (this.#elements.length === 0 || !content.includes('</')) return;
    for (const [, name = ''] of content.matchAll(/<\/([\w$.:-]*)\s*>/g)) this.#close(name);
  }

  #close(name: string): void {
    const index = this.#elements.findLastIndex((element) => element.name === name);
    if (index !== -1) this.#elements.length = index;
  }

  /** Moves a line left by the indentation of the innermost open element's content, which its first line decides. */
  #dedent(content: string): string {
    const element = this.#elements.at(-1);
    if (element === undefined) return content;
    const indentation = content.search(/\S/);
    if (element.shift === undefined && !content.trimStart().startsWith('</')) {
      element.shift = Math.max(0, indentation - element.indentation);
    }
    const shift = element.shift ?? Math.max(0, indentation - element.indentation);
    // A line that stands further left than the rest, such as the end of a fence, must not fall out of the list around.
    return content.slice(indentation - Math.max(Math.min(indentation, element.indentation), indentation - shift));
  }
}
