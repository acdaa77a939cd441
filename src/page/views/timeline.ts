import type { GenerationSummary, HistoryAnswer, LiveAnswer } from 'snapdex/search';
import { ask } from '../api.js';
import { element, replaceContent, tableHead } from '../element.js';
import { telling } from '../notice.js';
import { count } from '../quantities.js';
import { addressOf, type View } from '../view.js';
import { comparison, MOST_LISTED } from './comparison.js';
import { generationRow } from './generation-row.js';
import { historyDrawing } from './history-drawing.js';

const NAME = 'timeline';
const PAGE = 50;
const MOST = 1000;

/** The generations that are kept: who made which, when and what of; any two compared; tags, rolling back. */
export function timelineView(): View {
  return new TimelineView();
}

class TimelineView implements View {
  readonly name = NAME;
  readonly title = 'Timeline';
  readonly content: HTMLElement;
  readonly #drawing = element('figure', { class: 'history' });
  readonly #rows = element('tbody', {});
  readonly #older = element('p', { class: 'hint' });
  readonly #compared = element('section', { class: 'panel', 'aria-label': 'Comparison', hidden: true });
  readonly #compare: HTMLButtonElement;
  #parameters = new URLSearchParams();
  #newest = 0;
  /** Whether somebody chose in the table since the address was followed. */
  #isChosen = false;
  #limit = PAGE;

  constructor() {
    this.#compare = element('button', { id: 'compare', class: 'primary' }, 'Compare');
    const heads = ['From', 'To', 'Generation', 'Made', 'What', 'Documents', 'Shared', 'By', 'Actions'];
    const table = element(
      'table',
      { class: 'generations' },
      element('caption', { class: 'unseen' }, 'Generations, newest first'),
      tableHead(heads),
      this.#rows,
    );
    this.#rows.addEventListener('change', () => {
      this.#isChosen = true;
    });
    const form = element(
      'form',
      { class: 'compare', onsubmit: (event) => this.#submit(event) },
      element(
        'div',
        { class: 'bar-above' },
        element('p', { class: 'hint' }, 'Choose two generations to compare.'),
        this.#compare,
      ),
      element('div', { class: 'wide' }, table),
      this.#older,
    );
    this.content = element(
      'section',
      { 'aria-label': 'Timeline' },
      element('h1', { class: 'unseen' }, 'Timeline'),
      this.#drawing,
      this.#compared,
      form,
    );
  }

  async show(parameters: URLSearchParams): Promise<void> {
    this.#parameters = parameters;
    this.#isChosen = false;
    await this.#list();
    await this.#showComparison().catch((error: unknown) => {
      // What was compared before is no answer to this.
      this.#compared.hidden = true;
      throw error;
    });
  }

  async follow({ generation }: LiveAnswer): Promise<void> {
    if (generation === this.#newest) return;
    this.#newest = generation;
    await this.#list();
  }

  async #list(): Promise<void> {
    const history = await ask('history', { limit: this.#limit });
    const { generations } = history;
    const { from, to } = this.#chosen(generations);
    const changed = (): Promise<void> => this.#list();
    replaceContent(
      this.#rows,
      ...generations.map((entry, place) =>
        generationRow(entry, {
          isNewest: place === 0,
          isFrom: entry.generation === from,
          isTo: entry.generation === to,
          changed,
        }),
      ),
    );
    this.#compare.disabled = generations.length < 2;
    replaceContent(this.#drawing, ...historyDrawing(generations, { room: this.#drawing.clientWidth }));
    replaceContent(this.#older, ...this.#olderNote(history));
  }

  /** What is chosen in the table, else what the address says, else the newest and the one before it. */
  #chosen(generations: readonly GenerationSummary[]): { readonly from: number; readonly to: number } {
    const numbers = generations.map(({ generation }) => generation);
    const choose = (name: 'from' | 'to', otherwise: number): number => {
      const checked = this.#rows.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value;
      const wanted = Number((this.#isChosen ? checked : undefined) ?? this.#parameters.get(name));
      return numbers.includes(wanted) ? wanted : otherwise;
    };
    const [newest = 0, before = 0] = numbers;
    return { from: choose('from', before), to: choose('to', newest) };
  }

  #olderNote({ generations, olderTagged }: HistoryAnswer): readonly (Node | string)[] {
    const notes: (Node | string)[] = [];
    if (generations.length === this.#limit && this.#limit < MOST) {
      const more = (): void => {
        this.#limit = Math.min(MOST, this.#limit * 4);
        void telling(() => this.#list());
      };
      notes.push(element('button', { type: 'button', id: 'older', onclick: more }, 'Show older generations'), ' ');
    }
    if (olderTagged.length > 0) {
      const named = olderTagged.map(({ generation, tags }) => `${generation} (${tags.join(', ')})`);
      notes.push(`${count(olderTagged.length, 'older generation')} tagged: ${named.join(', ')}.`);
    }
    return notes;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const chosen = (name: string): string | undefined =>
      this.#rows.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value;
    const address = addressOf(NAME, { from: chosen('from'), to: chosen('to') });
    if (address === location.hash) void telling(() => this.#showComparison());
    else location.hash = address;
  }

  async #showComparison(): Promise<void> {
    const from = this.#parameters.get('from');
    const to = this.#parameters.get('to');
    if (from === null || to === null) {
      this.#compared.hidden = true;
      return;
    }
    const answer = await ask('compare', { from, to, limit: MOST_LISTED });
    const close = element('a', { class: 'button quiet', href: addressOf(NAME) }, 'Close');
    replaceContent(
      this.#compared,
      element('div', { class: 'head' }, ...comparison(answer).head, close),
      ...comparison(answer).body,
    );
    this.#compared.hidden = false;
    this.#compared.querySelector('h2')?.focus();
  }
}
