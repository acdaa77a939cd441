import type { LoadedIndex } from '../indexing/segment-catalog.js';
import { type BrokenLink, type LinkGraph, linkGraphOf, withCompleteGraph } from '../link-graph/index.js';
import type { AnswerOrigin, LinksAnswer, LinksRequest } from '../requests/index.js';
import type { IndexView } from '../segment/index.js';
import type { CurrentFiles } from './current-files.js';
import { requireLimit } from './cursor.js';

const LIMIT = { default: 300, most: 2000 } as const;
/** Most entries in each of the lists of orphans, of broken links and of missing headings. */
const LISTED = 500;

/**
 * The links among all documents; of a large project those of its most linked ones. A link that names no document is
 * broken unless something else is there.
 * @throws SearchError INVALID_REQUEST
 */
export async function answerLinks(
  current: () => LoadedIndex,
  request: LinksRequest,
  files: CurrentFiles,
): Promise<Omit<LinksAnswer, keyof AnswerOrigin>> {
  const { view } = await withCompleteGraph(current);
  const limit = requireLimit(request.limit, LIMIT);
  const graph = linkGraphOf(view);
  const paths = view.paths();
  const neighbours = new Map(paths.map((path) => [path, neighboursOf(graph, path)]));
  const shown = [...paths].sort((a, b) => degree(neighbours, b) - degree(neighbours, a)).slice(0, limit);
  const numbers = new Map(shown.map((path, number) => [path, number]));
  const orphans = paths.filter((path) => neighbours.get(path)?.from.size === 0);
  const broken = paths.flatMap((path) => brokenLinksOf(graph, path, (place) => files.exists(place)));
  return {
    total: paths.length,
    documents: shown.map((path) => ({
      path,
      title: titleOf(view, path),
      linksTo: neighbours.get(path)?.to.size ?? 0,
      linkedFrom: neighbours.get(path)?.from.size ?? 0,
    })),
    links: shown.flatMap((path, from) =>
      [...(neighbours.get(path)?.to ?? [])].flatMap((other) => {
        const to = numbers.get(other);
        return to === undefined ? [] : [{ from, to }];
      }),
    ),
    orphans: {
      total: orphans.length,
      listed: orphans.slice(0, LISTED).map((path) => ({ path, title: titleOf(view, path) })),
    },
    brokenLinks: { total: broken.length, listed: broken.slice(0, LISTED) },
  };
}

interface Neighbours {
  readonly to: ReadonlySet<string>;
  readonly from: ReadonlySet<string>;
}

function neighboursOf(graph: LinkGraph, path: string): Neighbours {
  return {
    to: new Set(graph.links(path).map(({ to }) => to)),
    from: new Set(graph.backlinks(path).map(({ from }) => from)),
  };
}

function degree(neighbours: ReadonlyMap<string, Neighbours>, path: string): number {
  const own = neighbours.get(path);
  return own === undefined ? 0 : own.to.size + own.from.size;
}

function titleOf(view: IndexView, path: string): string {
  const location = view.find(path);
  return location === undefined ? path : view.document(location).title;
}

type Broken = LinksAnswer['brokenLinks']['listed'][number];

/** Links to nothing, then links to a heading that the document, which may be the same one, does not have. */
function brokenLinksOf(graph: LinkGraph, path: string, exists: (path: string) => boolean): readonly Broken[] {
  const isBroken = ({ place }: BrokenLink): boolean => place === undefined || !exists(place);
  const toNothing = graph.brokenLinks(path).filter(isBroken);
  const toNoHeading = graph.linksToMissingHeadings(path);
  return [
    ...toNothing.map(({ target, anchor, line }) => ({ path, line, target, anchor, isHeadingMissing: false })),
    ...toNoHeading.map(({ to, anchor, line }) => ({ path, line, target: to, anchor, isHeadingMissing: true })),
  ];
}
