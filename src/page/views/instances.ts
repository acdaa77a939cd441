import type { InstanceStatus, LiveAnswer, StatusAnswer } from 'snapdex/search';
import { ask } from '../api.js';
import { element, replaceContent, tableHead } from '../element.js';
import { byteSize, count, number } from '../quantities.js';
import type { View } from '../view.js';

const ROLES: Readonly<Record<InstanceStatus['role'], string>> = {
  indexer: 'indexes what changes',
  follower: 'follows, and takes over when the indexer dies or lags',
  writer: 'writes once, and ends',
  reader: 'only reads',
};

/** Who has the index open, and how the index is. */
export function instancesView(): View {
  return new InstancesView();
}

class InstancesView implements View {
  readonly name = 'instances';
  readonly title = 'Instances';
  readonly content: HTMLElement;
  readonly #rows = element('tbody', {});
  readonly #problems = element('div', {});
  readonly #facts = element('dl', { class: 'facts' });

  constructor() {
    const heads = ['Client', 'Role', 'Process', 'Host'];
    const table = element(
      'table',
      { class: 'instances' },
      element('caption', { class: 'unseen' }, 'Processes that have the index open'),
      tableHead(heads),
      this.#rows,
    );
    this.content = element(
      'section',
      { 'aria-label': 'Instances' },
      element('h1', { class: 'unseen' }, 'Instances'),
      element('div', { class: 'wide' }, table),
      this.#problems,
      element('h2', {}, 'The index'),
      this.#facts,
    );
  }

  async show(): Promise<void> {
    const status = await ask('status');
    this.#list(status.instances);
    replaceContent(this.#facts, ...factsOf(status));
    replaceContent(this.#problems, ...problemsOf(status));
  }

  async follow({ instances }: LiveAnswer): Promise<void> {
    this.#list(instances);
    await this.show();
  }

  /** In the order in which the index tells them: by role. */
  #list(instances: readonly InstanceStatus[]): void {
    replaceContent(this.#rows, ...instances.map(rowOf));
  }
}

function rowOf({ client, role, pid, host }: InstanceStatus): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row', class: 'foreign' }, client),
    element(
      'td',
      {},
      element('span', { class: `role ${role}` }, role),
      element('span', { class: 'detail beside-role' }, ROLES[role]),
    ),
    element('td', {}, `pid ${pid}`),
    element('td', { class: 'foreign' }, host),
  );
}

function problemsOf({ problems }: StatusAnswer): readonly HTMLElement[] {
  if (problems.length === 0) return [];
  const items = problems.map(({ code, message, remedy }) =>
    element(
      'li',
      {},
      element('strong', {}, code),
      element('span', { class: 'foreign' }, ` ${message} `),
      element('span', { class: 'detail foreign' }, remedy),
    ),
  );
  return [element('h2', {}, count(problems.length, 'problem')), element('ul', { class: 'problems' }, ...items)];
}

function factsOf(status: StatusAnswer): readonly HTMLElement[] {
  const { embedding } = status;
  const missing = embedding.missing === 0 ? '' : `, ${number(embedding.missing)} without`;
  const facts: readonly (readonly [string, string])[] = [
    ['Project', status.root],
    ['Index', `${status.indexPath} (${status.fileSystem})`],
    ['Documents', `${number(status.documents)} in ${count(status.chunks, 'passage')}`],
    ['Segments', number(status.segments)],
    ['Generations', `${number(status.generations)} kept, ${byteSize(status.sizeBytes)}`],
    ['Vectors', `${number(embedding.embedded)} by ${embedding.id ?? embedding.embedder}${missing}`],
    ['Coordination', status.coordinationMode],
  ];
  return facts.map(([term, value]) =>
    element('div', {}, element('dt', {}, term), element('dd', { class: 'foreign' }, value)),
  );
}
