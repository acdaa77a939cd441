import type { LiveAnswer, SearchAnswer } from 'snapdex/search';
import { ask, type MarkedResult } from '../api.js';
import { element, replaceContent } from '../element.js';
import { fileMark } from '../file-mark.js';
import { markedText } from '../marked-text.js';
import { telling } from '../notice.js';
import { pathText } from '../path-text.js';
import { age, count } from '../quantities.js';
import { explainedScore } from '../score-bar.js';
import { addressOf, type View } from '../view.js';
import { DocumentPanel } from './document-panel.js';

const NAME = 'search';

/** Search, in the newest generation or in an older one, with scores that explain themselves. */
export function searchView(): View {
  return new SearchView();
}

class SearchView implements View {
  readonly name = NAME;
  readonly title = 'Search';
  readonly content: HTMLElement;
  readonly #query = element('input', { id: 'query', type: 'search', autocomplete: 'off', spellcheck: 'false' });
  readonly #prefix = element('input', { id: 'prefix', type: 'text', autocomplete: 'off', placeholder: 'docs/' });
  readonly #asOf = element('select', { id: 'as-of' });
  readonly #outcome = element('p', { class: 'outcome', role: 'status' });
  readonly #results = element('ol', { class: 'results', 'aria-label': 'Results' });
  readonly #more = element('div', {});
  readonly #panel = new DocumentPanel();
  #parameters = new URLSearchParams();
  #shown: readonly MarkedResult[] = [];
  #newest = 0;
  #askings = 0;

  constructor() {
    const form = element(
      'form',
      { role: 'search', class: 'search', onsubmit: (event) => this.#submit(event) },
      element('div', { class: 'grow' }, element('label', { for: 'query' }, 'Search the documents'), this.#query),
      element('div', {}, element('label', { for: 'prefix' }, 'Below'), this.#prefix),
      element('div', {}, element('label', { for: 'as-of' }, 'As of'), this.#asOf),
      element('button', { class: 'primary' }, 'Search'),
    );
    const found = element('div', { class: 'found' }, this.#outcome, this.#results, this.#more);
    this.content = element(
      'section',
      { 'aria-label': 'Search' },
      element('h1', { class: 'unseen' }, 'Search'),
      form,
      element('div', { class: 'beside' }, found, this.#panel.content),
    );
    this.#asOf.addEventListener('change', () => form.requestSubmit());
  }

  async show(parameters: URLSearchParams): Promise<void> {
    this.#parameters = parameters;
    this.#query.value = parameters.get('query') ?? '';
    this.#prefix.value = parameters.get('pathPrefix') ?? '';
    this.#panel.hide();
    await this.#listGenerations();
    await this.#search().catch((error: unknown) => {
      // What was found before is no answer to this.
      this.#outcome.replaceChildren();
      this.#list([]);
      throw error;
    });
    if (this.#query.value === '') this.#query.focus();
  }

  async follow({ generation }: LiveAnswer): Promise<void> {
    if (generation === this.#newest) return;
    const isFirst = this.#newest === 0;
    this.#newest = generation;
    if (isFirst) return;
    await this.#listGenerations();
    if (!this.#parameters.has('asOf')) await this.#search();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const address = addressOf(NAME, {
      query: this.#query.value.trim(),
      pathPrefix: this.#prefix.value.trim(),
      asOf: this.#asOf.value,
    });
    if (address === location.hash) void telling(() => this.#search());
    else location.hash = address;
  }

  async #listGenerations(): Promise<void> {
    const wanted = this.#parameters.get('asOf') ?? '';
    const { generations, olderTagged } = await ask('history', { limit: 200 });
    const known = [...generations, ...olderTagged];
    const chosen = known.find(({ generation, tags }) => String(generation) === wanted || tags.includes(wanted));
    // An older generation, or a time; whether there is such a one, the search tells.
    const isElsewhere = wanted !== '' && chosen === undefined;
    const elsewhere = /^\d+$/u.test(wanted) ? `generation ${wanted}` : wanted;
    replaceContent(
      this.#asOf,
      element('option', { value: '' }, 'newest'),
      ...known.map(({ generation, tags }) => {
        const names = tags.length === 0 ? '' : ` (${tags.join(', ')})`;
        return element('option', { value: generation }, `generation ${generation}${names}`);
      }),
      ...(isElsewhere ? [element('option', { value: wanted }, elsewhere)] : []),
    );
    this.#asOf.value = chosen === undefined ? wanted : String(chosen.generation);
  }

  async #search(cursor?: string): Promise<void> {
    const asking = ++this.#askings;
    const query = this.#parameters.get('query') ?? '';
    if (query === '') {
      this.#outcome.textContent = 'Plain questions, keywords and code identifiers; the best passages come first.';
      this.#list([]);
      return;
    }
    const found = await ask('search', {
      query,
      pathPrefix: this.#parameters.get('pathPrefix') ?? undefined,
      asOf: this.#parameters.get('asOf') ?? undefined,
      limit: 10,
      cursor,
    });
    // A later question has overtaken this one.
    if (asking !== this.#askings) return;
    const results = cursor === undefined ? found.results : [...this.#shown, ...found.results];
    this.#list(results);
    replaceContent(this.#outcome, ...outcomeOf(found, results.length));
    replaceContent(this.#more, this.#moreButton(found.nextCursor));
  }

  #list(results: readonly MarkedResult[]): void {
    this.#shown = results;
    const highest = Math.max(...results.map(({ score }) => score), Number.MIN_VALUE);
    replaceContent(this.#results, ...results.map((result) => this.#item(result, highest)));
    if (results.length === 0) this.#more.replaceChildren();
  }

  #item(result: MarkedResult, highest: number): HTMLElement {
    const { path, startLine, endLine, headingPath, title, snippet, marks, score, explanation, matchedBy } = result;
    const id = `${path}:${startLine}`;
    const heading = headingPath.at(-1) ?? title;
    const above = [title, ...headingPath.slice(0, -1)].filter((text, place, all) => {
      return text !== heading && all.indexOf(text) === place;
    });
    const passage = {
      path,
      lines: { start: startLine, end: endLine },
      asOf: this.#parameters.get('asOf') ?? undefined,
    };
    const open = (): void => void telling(() => this.#panel.open(passage));
    const found = element(
      'div',
      {},
      element(
        'h2',
        {},
        element('button', { type: 'button', class: 'link foreign', id: `open ${id}`, onclick: open }, heading),
      ),
      element(
        'p',
        { class: 'place' },
        element('span', { class: 'foreign path' }, ...pathText(`${path}:${startLine}`)),
        above.length === 0 ? undefined : element('span', { class: 'foreign' }, above.join(' › ')),
        ...matchedBy.map((source) => element('span', { class: 'source' }, source)),
        fileMark(result),
      ),
      element(
        'p',
        { class: 'snippet foreign' },
        ...markedText(snippet.trimEnd(), marks, startOfText(snippet, heading)),
      ),
    );
    return element('li', {}, found, explainedScore(score, explanation ?? [], { id: `score ${id}`, highest }));
  }

  #moreButton(cursor: string | undefined): HTMLElement | undefined {
    if (cursor === undefined) return undefined;
    const more = (): void => void telling(() => this.#search(cursor));
    return element('button', { type: 'button', id: 'more', onclick: more }, 'More results');
  }
}

/** Where a snippet begins to say more than its heading, which stands above it already. */
function startOfText(snippet: string, heading: string): number {
  const text = snippet.trimStart();
  const words = text.replace(/^#+\s+/u, '');
  const rest = words !== text && words.startsWith(heading) ? words.slice(heading.length).trimStart() : text;
  return snippet.length - rest.length;
}

function outcomeOf(
  { generation, asOf, corrections, isByLikenessAlone, hasNoWords, withoutVectors, firstPageGeneration }: SearchAnswer,
  results: number,
): (Node | string)[] {
  const parts: (Node | string)[] = [
    results === 0 ? 'Nothing was found' : count(results, 'passage'),
    asOf === undefined ? `, from generation ${generation}.` : `, as of generation ${generation}, made `,
  ];
  if (asOf !== undefined) parts.push(age(asOf.createdAt), '.');
  for (const { asked, used } of corrections ?? []) parts.push(` No document says “${asked}”; looked for “${used}”.`);
  if (hasNoWords === true) parts.push(' The question has no word to look for.');
  if (isByLikenessAlone === true)
    parts.push(' No document has any of these words: what follows is only like them, or linked to what is.');
  if (firstPageGeneration !== undefined)
    parts.push(` The first ones are from generation ${firstPageGeneration}: some may be missing or here twice.`);
  if (withoutVectors !== undefined) parts.push(` By words and links only: ${withoutVectors.message}.`);
  return parts;
}
