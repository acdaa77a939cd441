import type { LinksAnswer, LiveAnswer } from 'snapdex/search';
import { ask } from '../api.js';
import { element, replaceContent, tableHead } from '../element.js';
import { telling } from '../notice.js';
import { pathText } from '../path-text.js';
import { count, number } from '../quantities.js';
import type { View } from '../view.js';
import { DocumentPanel } from './document-panel.js';
import { linkDrawing } from './link-drawing.js';

/** Rows of the table of the most linked documents. */
const RANKED = 20;
/** Entries of a list that are shown before somebody asks for all. */
const LISTED = 20;

/** The link graph, what nothing links to, and what leads nowhere. */
export function linksView(): View {
  return new LinksView();
}

class LinksView implements View {
  readonly name = 'links';
  readonly title = 'Links';
  readonly content: HTMLElement;
  readonly #summary = element('p', { class: 'outcome', role: 'status' });
  readonly #figure = element('figure', { class: 'graph' });
  readonly #lists = element('div', { class: 'lists' });
  readonly #panel = new DocumentPanel();
  #newest = 0;

  constructor() {
    this.content = element(
      'section',
      { 'aria-label': 'Links' },
      element('h1', { class: 'unseen' }, 'Links'),
      this.#summary,
      element('div', { class: 'beside' }, this.#figure, this.#panel.content),
      this.#lists,
    );
  }

  async show(): Promise<void> {
    await this.#load();
  }

  async follow({ generation }: LiveAnswer): Promise<void> {
    if (generation !== this.#newest) await this.#load();
  }

  async #load(): Promise<void> {
    const answer = await ask('links');
    if (answer.generation === this.#newest) return;
    this.#newest = answer.generation;
    const { total, documents, links, orphans, brokenLinks } = answer;
    const shown = documents.length < total ? `; the ${number(documents.length)} most linked ones are drawn` : '';
    this.#summary.textContent = `${count(total, 'document')} with ${count(links.length, 'link')} between them${shown}. Nothing links to ${number(orphans.total)}; ${count(brokenLinks.total, 'link')} broken.`;
    this.#replaceLists(answer);
    const drawing = await linkDrawing(answer, (path) => this.#open(path));
    replaceContent(this.#figure, drawing, element('figcaption', {}, ...legend()));
  }

  #open(path: string): void {
    void telling(() => this.#panel.open({ path }));
  }

  #replaceLists({ documents, orphans, brokenLinks }: LinksAnswer): void {
    replaceContent(
      this.#lists,
      this.#mostLinked(documents.filter(({ linkedFrom }) => linkedFrom > 0).slice(0, RANKED)),
      list(
        'Broken links',
        brokenLinks.listed.map(({ path, line, target, anchor, isHeadingMissing }) =>
          element(
            'li',
            {},
            this.#button(path, `${path}:${line}`),
            element('span', { class: 'detail foreign' }, `→ ${target}${anchor === '' ? '' : `#${anchor}`}`),
            isHeadingMissing ? element('span', { class: 'source' }, 'no such heading') : undefined,
          ),
        ),
        { total: brokenLinks.total, otherwise: 'Every link leads somewhere.' },
      ),
      list(
        'Orphans',
        orphans.listed.map(({ path, title }) =>
          element('li', {}, this.#button(path, path), element('span', { class: 'detail foreign' }, title)),
        ),
        { total: orphans.total, otherwise: 'Every document is linked from another one.' },
      ),
    );
  }

  #mostLinked(documents: LinksAnswer['documents']): HTMLElement {
    const rows = documents.map(({ path, linkedFrom, linksTo }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, this.#button(path, path)),
        element('td', { class: 'number' }, number(linkedFrom)),
        element('td', { class: 'number' }, number(linksTo)),
      ),
    );
    return element(
      'section',
      {},
      element('h2', {}, 'Most linked'),
      rows.length === 0
        ? element('p', { class: 'hint' }, 'No document is linked from another one.')
        : element(
            'div',
            { class: 'wide' },
            element('table', {}, tableHead(['Document', 'Linked from', 'Links to']), element('tbody', {}, ...rows)),
          ),
    );
  }

  #button(path: string, words: string): HTMLElement {
    return element(
      'button',
      { type: 'button', class: 'link foreign path', onclick: () => this.#open(path) },
      ...pathText(words),
    );
  }
}

function list(
  title: string,
  entries: readonly HTMLElement[],
  { total, otherwise }: { readonly total: number; readonly otherwise: string },
): HTMLElement {
  const rest = total - entries.length;
  return element(
    'section',
    {},
    element('h2', {}, `${title} (${number(total)})`),
    entries.length === 0 ? element('p', { class: 'hint' }, otherwise) : foldedList(entries),
    rest > 0 ? element('p', { class: 'hint' }, `and ${number(rest)} more`) : undefined,
  );
}

/** The first entries, and a button that shows the others and gives the focus to the first of them. */
function foldedList(entries: readonly HTMLElement[]): HTMLElement {
  const shown = element('ul', {}, ...entries.slice(0, LISTED));
  const others = entries.slice(LISTED);
  if (others.length === 0) return shown;
  const words = `Show ${number(others.length)} more`;
  const more = element('button', { type: 'button', class: 'quiet', onclick: () => unfold() }, words);
  const unfold = (): void => {
    shown.append(...others);
    more.remove();
    others[0]?.querySelector('button')?.focus();
  };
  return element('div', {}, shown, more);
}

function legend(): readonly (Node | string)[] {
  return [
    element('span', { class: 'key document' }, 'document'),
    element('span', { class: 'key orphan' }, 'orphan'),
    element('span', { class: 'key broken' }, 'has broken links'),
    'Point at a document to see its links, click it to read it.',
  ];
}
