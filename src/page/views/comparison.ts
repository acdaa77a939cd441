import type { ComparisonAnswer } from 'snapdex/search';
import { element } from '../element.js';
import { pathText } from '../path-text.js';
import { age, byteSize, count, number } from '../quantities.js';

/** As many documents as are asked for at once; the numbers above them are of all. */
export const MOST_LISTED = 200;

type Entry = ComparisonAnswer['changes'][number];

const MARKS = { added: '+', changed: '~', removed: '−', renamed: '→' };

/** What differs between two generations: a heading, and below it the documents that do. */
export function comparison({ from, to, counts, changes }: ComparisonAnswer): {
  readonly head: readonly HTMLElement[];
  readonly body: readonly HTMLElement[];
} {
  const title = `Generation ${from.generation} → ${to.generation}`;
  const { added, changed, removed, renamed } = counts;
  const rest = added + changed + removed + renamed - changes.length;
  return {
    head: [element('h2', { tabindex: -1 }, title)],
    body: [
      element(
        'p',
        { class: 'place' },
        element('span', {}, 'made ', age(from.createdAt), ' and ', age(to.createdAt)),
        summaryOf(counts),
      ),
      element('ul', { class: 'difference', 'aria-label': 'Documents that differ' }, ...changes.map(itemOf)),
      ...(rest > 0 ? [element('p', { class: 'hint' }, `and ${number(rest)} more`)] : []),
    ],
  };
}

/** How many documents differ, in words. */
export function summaryOf({ added, changed, removed, renamed, unchanged }: ComparisonAnswer['counts']): HTMLElement {
  const parts = [
    `${count(added, 'document')} added`,
    `${number(changed)} changed`,
    `${number(removed)} removed`,
    `${number(renamed)} renamed`,
    `${number(unchanged)} unchanged`,
  ];
  return element('span', {}, parts.join(', '));
}

function itemOf(entry: Entry): HTMLElement {
  const { change, path } = entry;
  return element(
    'li',
    { class: change },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[change]),
    element('span', { class: 'unseen' }, `${change}: `),
    element('span', { class: 'foreign path' }, ...pathText(path)),
    ' ',
    element('span', { class: 'detail foreign' }, detailOf(entry)),
  );
}

function detailOf({ formerPath, formerSizeBytes, sizeBytes }: Entry): string {
  if (formerPath !== undefined) return `was ${formerPath}`;
  const size = byteSize(sizeBytes);
  const former = formerSizeBytes === undefined ? size : byteSize(formerSizeBytes);
  return former === size ? size : `${former} → ${size}`;
}
