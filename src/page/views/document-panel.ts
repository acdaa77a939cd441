import type { DocumentAnswer, RelatedAnswer } from 'snapdex/search';
import { ask } from '../api.js';
import { element, replaceContent } from '../element.js';
import { fileMark } from '../file-mark.js';
import { telling } from '../notice.js';
import { pathText } from '../path-text.js';
import { byteSize, count } from '../quantities.js';

/** Lines shown above and below those that were asked for. */
const LINES_AROUND = 15;

/** Lines of a document of which none matters more than others. */
const FIRST_LINES = 60;

/** A document, and the lines of it that matter, if there are such. */
export interface Passage {
  readonly path: string;
  readonly lines?: { readonly start: number; readonly end: number };
  /** The generation to show it of; undefined for the newest. */
  readonly asOf?: string | undefined;
}

/** Shows a document beside what led to it: its lines, and the documents around it. */
export class DocumentPanel {
  readonly content: HTMLElement = element('aside', { class: 'panel', 'aria-label': 'Document', hidden: true });
  #openedFrom: Element | null = null;

  /** Shows the passage and moves the focus there; closing moves it back. */
  async open(passage: Passage): Promise<void> {
    if (!this.content.contains(document.activeElement)) this.#openedFrom = document.activeElement;
    const { path, lines, asOf } = passage;
    const range =
      lines === undefined
        ? { startLine: 1, endLine: FIRST_LINES }
        : { startLine: Math.max(1, lines.start - LINES_AROUND), endLine: lines.end + LINES_AROUND };
    const [read, related] = await Promise.all([
      ask('document', { path, ...range, asOf }),
      ask('related', { path, asOf }),
    ]);
    const heading = element('h2', { class: 'foreign', tabindex: -1 }, read.title);
    replaceContent(
      this.content,
      element(
        'div',
        { class: 'head' },
        heading,
        element('button', { type: 'button', class: 'quiet', onclick: () => this.#close() }, 'Close'),
      ),
      element(
        'p',
        { class: 'place' },
        element('span', { class: 'foreign path' }, ...pathText(read.path)),
        element('span', {}, `${count(read.lines, 'line')}, ${byteSize(read.sizeBytes)}`),
        read.asOf === undefined
          ? undefined
          : element('span', { class: 'source' }, `as of generation ${read.generation}`),
        fileMark(read),
      ),
      linesOf(read, lines),
      ...this.#around(related, asOf),
    );
    this.content.hidden = false;
    heading.focus();
    this.#scrollToPassage();
  }

  #scrollToPassage(): void {
    const meant = this.content.querySelector<HTMLElement>('.meant');
    // Scrolling into view would move the whole page.
    if (meant?.parentElement != null) meant.parentElement.scrollTop = meant.offsetTop - meant.offsetHeight;
  }

  /** Takes away what another question led to. */
  hide(): void {
    this.content.hidden = true;
  }

  #close(): void {
    this.hide();
    if (this.#openedFrom instanceof HTMLElement) this.#openedFrom.focus();
  }

  #around({ links, backlinks, brokenLinks, similar }: RelatedAnswer, asOf: Passage['asOf']): readonly HTMLElement[] {
    const entries = (documents: readonly { readonly path: string; readonly title: string }[]): readonly HTMLElement[] =>
      documents.filter(isFirstOfPath).map(({ path, title }, _, all) => {
        const isAlone = all.filter((other) => other.title === title).length === 1;
        return this.#entry(
          { path, asOf },
          isAlone ? [title] : [`${title} `, element('span', { class: 'detail' }, path)],
        );
      });
    return [
      section('Links to', entries(links)),
      section('Linked from', entries(backlinks)),
      section('Similar', entries(similar.slice(0, 5))),
      section(
        'Broken links',
        brokenLinks.map(({ target, line }) => element('li', { class: 'foreign' }, `${target} (line ${line})`)),
      ),
    ].filter((one) => one !== undefined);
  }

  #entry(passage: Passage, words: readonly (string | Node)[]): HTMLElement {
    const open = (): void => void telling(() => this.open(passage));
    return element(
      'li',
      {},
      element('button', { type: 'button', class: 'link foreign', title: passage.path, onclick: open }, ...words),
    );
  }
}

function isFirstOfPath(
  { path }: { readonly path: string },
  place: number,
  all: readonly { readonly path: string }[],
): boolean {
  return all.findIndex((other) => other.path === path) === place;
}

function section(title: string, entries: readonly HTMLElement[]): HTMLElement | undefined {
  if (entries.length === 0) return undefined;
  return element('section', {}, element('h3', {}, title), element('ul', {}, ...entries));
}

/** The lines, numbered; those of the passage are marked. */
function linesOf({ text, startLine, endLine }: DocumentAnswer, meant: Passage['lines']): HTMLElement {
  const shown = text.replace(/(?:\r\n|\r|\n)$/u, '').split(/\r\n|\r|\n/u);
  return element(
    'pre',
    { class: 'lines', tabindex: 0, role: 'region', 'aria-label': `Lines ${startLine} to ${endLine}` },
    ...shown.map((line, place) => {
      const number = startLine + place;
      const isMeant = meant !== undefined && number >= meant.start && number <= meant.end;
      return element(
        'span',
        { class: isMeant ? 'line meant' : 'line' },
        element('span', { class: 'line-number', 'aria-hidden': 'true' }, String(number)),
        element('span', { class: 'foreign' }, line === '' ? ' ' : line),
      );
    }),
  );
}
