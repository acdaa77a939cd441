import type { GenerationSummary } from 'snapdex/search';
import { change } from '../api.js';
import { confirmed } from '../confirmation.js';
import { drawn, element } from '../element.js';
import { tellDone, telling } from '../notice.js';
import { age, byteSize, number, percent } from '../quantities.js';
import { addressOf } from '../view.js';
import { confirmRollback } from './rollback-question.js';

/** What a row knows beside its generation. */
export interface RowState {
  readonly isNewest: boolean;
  readonly isFrom: boolean;
  readonly isTo: boolean;
  /** Called once something about the generation has changed. */
  readonly changed: () => Promise<void>;
}

/** One generation in the table of all. */
export function generationRow(entry: GenerationSummary, state: RowState): HTMLTableRowElement {
  const { generation, createdAt, tags } = entry;
  return element(
    'tr',
    { class: state.isNewest ? 'newest' : undefined },
    choice('from', generation, state.isFrom),
    choice('to', generation, state.isTo),
    element('th', { scope: 'row' }, String(generation), ...tags.map((tag) => tagChip(tag, entry, state))),
    element('td', {}, age(createdAt)),
    element('td', { class: 'foreign what' }, ...whatOf(entry)),
    element('td', {}, ...documentCounts(entry)),
    element('td', {}, ...sharing(entry)),
    element('td', { class: 'foreign by' }, ...writerOf(entry)),
    element('td', { class: 'actions' }, ...actions(entry, state)),
  );
}

function choice(name: 'from' | 'to', generation: number, isChecked: boolean): HTMLElement {
  return element(
    'td',
    { class: 'choice' },
    element('input', {
      type: 'radio',
      name,
      value: generation,
      id: `${name}-${generation}`,
      checked: isChecked,
      'aria-label': `compare ${name} generation ${generation}`,
    }),
  );
}

function tagChip(tag: string, { generation }: GenerationSummary, { changed }: RowState): HTMLElement {
  const remove = (): void =>
    void telling(async () => {
      const text = [`Generation ${generation} is then kept no longer than others.`];
      const answer = await confirmed({ title: `Remove the tag ${tag}?`, text, action: 'Remove' });
      if (answer === undefined) return;
      await change('untag', { name: tag });
      tellDone(`The tag ${tag} is gone.`);
      await changed();
    });
  return element(
    'span',
    { class: 'tag' },
    tag,
    element('button', { type: 'button', class: 'quiet', onclick: remove, 'aria-label': `Remove the tag ${tag}` }, '×'),
  );
}

function whatOf({ operation, rolledBackTo, reason }: GenerationSummary): readonly (Node | string)[] {
  const what = rolledBackTo === undefined ? operation : `${operation} to ${rolledBackTo}`;
  // What indexing says of itself stands under the documents already, and what the store says adds nothing.
  const ofItself = ['', 'resumed', `rolled back to ${rolledBackTo}`];
  if (operation === 'index' || ofItself.includes(reason)) return [what];
  return [what, element('span', { class: 'detail' }, reason)];
}

function documentCounts({ added, changed, removed }: GenerationSummary): readonly (Node | string)[] {
  if (added === null || changed === null || removed === null) return ['unknown'];
  const counts = [
    { kind: 'added', mark: '+', value: added },
    { kind: 'changed', mark: '~', value: changed },
    { kind: 'removed', mark: '−', value: removed },
  ];
  return counts
    .filter(({ value }) => value > 0)
    .map(({ kind, mark, value }) =>
      element(
        'span',
        { class: `count ${kind}`, title: `${value} ${kind}` },
        element('span', { 'aria-hidden': 'true' }, `${mark}${number(value)}`),
        element('span', { class: 'unseen' }, `${value} ${kind} `),
      ),
    );
}

/** How much of a generation earlier ones wrote: a bar, and the rest in bytes. */
function sharing({ sizeBytes, ownSizeBytes }: GenerationSummary): readonly (Node | string)[] {
  const shared = sizeBytes - ownSizeBytes;
  const bar = drawn('svg', { class: 'bar', 'aria-hidden': 'true' });
  const width = sizeBytes === 0 ? 0 : (100 * shared) / sizeBytes;
  bar.append(
    drawn('rect', { class: 'shared', width: `${width}%`, height: '100%' }),
    drawn('rect', { class: 'own', x: `${width}%`, width: `${100 - width}%`, height: '100%' }),
  );
  return [
    element('span', { class: 'share' }, bar, element('span', { class: 'number' }, percent(shared, sizeBytes))),
    element('span', { class: 'detail' }, `wrote ${byteSize(ownSizeBytes)} of ${byteSize(sizeBytes)}`),
  ];
}

function writerOf({ writer }: GenerationSummary): readonly (Node | string)[] {
  const [, client = writer, process = ''] = /^(.*) \((pid .*)\)$/u.exec(writer) ?? [];
  return [client, element('span', { class: 'detail' }, process)];
}

function actions(entry: GenerationSummary, { isNewest, changed }: RowState): readonly HTMLElement[] {
  const { generation } = entry;
  const tag = (): void => void telling(() => tagGeneration(generation, changed));
  const rollBack = (): void => void telling(() => confirmRollback(entry));
  const search = element('a', { class: 'button quiet', href: addressOf('search', { asOf: generation }) }, 'Search');
  search.setAttribute('aria-label', `Search as of generation ${generation}`);
  return [
    search,
    element(
      'button',
      {
        type: 'button',
        class: 'quiet',
        id: `tag-${generation}`,
        onclick: tag,
        'aria-label': `Tag generation ${generation}`,
      },
      'Tag…',
    ),
    element(
      'button',
      {
        type: 'button',
        class: 'quiet',
        id: `rollback-${generation}`,
        disabled: isNewest,
        onclick: rollBack,
        'aria-label': `Roll back to generation ${generation}`,
      },
      'Roll back…',
    ),
  ];
}

async function tagGeneration(generation: number, changed: () => Promise<void>): Promise<void> {
  const name = await confirmed({
    title: `Tag generation ${generation}`,
    text: ['A tagged generation is kept until the tag is removed.'],
    action: 'Tag',
    field: {
      label: 'Name of the tag',
      isRequired: true,
      pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*',
      hint: 'Letters, digits, dots, dashes and underscores.',
    },
  });
  if (name === undefined) return;
  await change('tag', { name, generation });
  tellDone(`The tag ${name} keeps generation ${generation}.`);
  await changed();
}
