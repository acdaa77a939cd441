import type { CollectAnswer, LiveAnswer } from 'snapdex/search';
import { ask } from '../api.js';
import { drawn, element, replaceContent } from '../element.js';
import { age, byteSize, count } from '../quantities.js';
import type { View } from '../view.js';

type Space = CollectAnswer['remaining'][number];

/** Why a generation is kept, in words. */
const KEEPERS: Readonly<Record<Space['keptBy'][number]['by'], string>> = {
  head: 'the newest',
  minimumAge: 'young',
  keepGenerations: 'one of the newest',
  damage: 'damaged',
  tag: 'tagged',
  pin: 'in use',
};

/** What each generation costs, and what keeps it. */
export function storageView(): View {
  return new StorageView();
}

class StorageView implements View {
  readonly name = 'storage';
  readonly title = 'Storage';
  readonly content: HTMLElement;
  readonly #summary = element('p', { class: 'outcome', role: 'status' });
  readonly #rows = element('tbody', {});
  #newest = 0;

  constructor() {
    const table = element(
      'table',
      { class: 'storage' },
      element('caption', { class: 'unseen' }, 'Generations by what they occupy, newest first'),
      element('thead', {}, element('tr', {}, ...heads())),
      this.#rows,
    );
    this.content = element(
      'section',
      { 'aria-label': 'Storage' },
      element('h1', { class: 'unseen' }, 'Storage'),
      this.#summary,
      element('div', { class: 'wide' }, table),
      element('p', { class: 'hint' }, 'Alone is what would be free if only that generation went.'),
    );
  }

  async show(): Promise<void> {
    await this.#load();
  }

  async follow({ generation }: LiveAnswer): Promise<void> {
    if (generation === this.#newest) return;
    this.#newest = generation;
    await this.#load();
  }

  async #load(): Promise<void> {
    const [storage, { generations }] = await Promise.all([ask('storage'), ask('history', { limit: 1000 })]);
    const written = new Map(generations.map(({ generation, ownSizeBytes }) => [generation, ownSizeBytes]));
    this.#summary.textContent = summaryOf(storage);
    const largest = Math.max(1, ...storage.remaining.map(sizeOf));
    const rows = storage.remaining.toReversed().map((space) => {
      return rowOf(space, { largest, writtenBytes: written.get(space.generation) });
    });
    replaceContent(this.#rows, ...rows);
  }
}

function summaryOf({ remaining, totalBytes, retirements, freedBytes }: CollectAnswer): string {
  const separate = remaining.reduce((sum, space) => sum + sizeOf(space), 0);
  const going =
    retirements.length === 0
      ? 'Nothing is to be collected now.'
      : `The next collecting lets ${count(retirements.length, 'older generation')} go and frees ${byteSize(freedBytes)}.`;
  return `${count(remaining.length, 'generation')} of ${byteSize(separate)} together occupy ${byteSize(totalBytes)}, because they share files. ${going}`;
}

function sizeOf({ ownBytes, sharedBytes }: Space): number {
  return ownBytes + sharedBytes;
}

function heads(): readonly HTMLElement[] {
  const plain = (text: string): HTMLElement => element('th', { scope: 'col' }, text);
  const numeric = (text: string): HTMLElement => element('th', { scope: 'col', class: 'number' }, text);
  const key = element(
    'th',
    { scope: 'col' },
    element('span', { class: 'key own' }, 'wrote'),
    element('span', { class: 'key shared' }, 'uses of earlier ones'),
  );
  return [
    plain('Generation'),
    plain('Made'),
    key,
    numeric('Size'),
    numeric('Wrote'),
    numeric('Alone'),
    plain('Kept because it is'),
  ];
}

function rowOf(
  space: Space,
  { largest, writtenBytes }: { readonly largest: number; readonly writtenBytes: number | undefined },
): HTMLElement {
  const { generation, createdAt, ownBytes, keptBy } = space;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, String(generation)),
    element('td', {}, createdAt === undefined ? '' : age(createdAt)),
    element('td', { class: 'bar-cell' }, barOf(sizeOf(space), { largest, writtenBytes: writtenBytes ?? 0 })),
    element('td', { class: 'number' }, byteSize(sizeOf(space))),
    // A retired generation that is still used is not in the history, which alone knows.
    element('td', { class: 'number own' }, writtenBytes === undefined ? '' : byteSize(writtenBytes)),
    element('td', { class: 'number' }, byteSize(ownBytes)),
    element('td', { class: 'foreign' }, keptBy.map(keeperText).join(', ')),
  );
}

function barOf(
  sizeBytes: number,
  { largest, writtenBytes }: { readonly largest: number; readonly writtenBytes: number },
): SVGSVGElement {
  const written = (100 * writtenBytes) / largest;
  const shared = (100 * Math.max(0, sizeBytes - writtenBytes)) / largest;
  return drawn(
    'svg',
    { class: 'bar', 'aria-hidden': 'true' },
    drawn('rect', { class: 'own', width: `${written}%`, height: '100%' }),
    drawn('rect', { class: 'shared', x: `${written}%`, width: `${shared}%`, height: '100%' }),
  );
}

function keeperText(keeper: Space['keptBy'][number]): string {
  const words = KEEPERS[keeper.by];
  if (keeper.by === 'tag') return `${words} ${keeper.name}`;
  return keeper.by === 'pin' && keeper.process !== undefined ? `${words} by ${keeper.process.client}` : words;
}
