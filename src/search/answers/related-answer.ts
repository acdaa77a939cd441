import { NOTHING_ASKED } from '../analysis/index.js';
import { dequantize } from '../embedding/index.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import { type GraphLink, linkGraphOf, withCompleteGraph } from '../link-graph/index.js';
import { DEFAULT_RANKING, type QueryVector, type RankingParameters, searchView } from '../ranking/index.js';
import type { AnswerOrigin, LinkedDocument, RelatedAnswer, RelatedRequest, ShownFile } from '../requests/index.js';
import type { DocumentLocation, IndexView } from '../segment/index.js';
import { type CurrentFiles, describeFile } from './current-files.js';
import { encodeCursor, offsetOf, requireLimit } from './cursor.js';
import { requireLocation } from './document-answer.js';

const LIMIT = { default: 20, most: 100 } as const;

/** Documents by the likeness of their best passage alone, 1 for the likest. */
const LIKENESS_ONLY: RankingParameters = {
  ...DEFAULT_RANKING,
  weights: { ...DEFAULT_RANKING.weights, vector: 1, link: 0 },
  passagesPerDocument: 1,
};

/**
 * What surrounds a document. A link that names no document is broken unless something else is there: a folder, a file of
 * another kind, a document that is excluded.
 * @throws SearchError DOCUMENT_NOT_FOUND, INVALID_REQUEST
 */
export async function answerRelated(
  current: () => LoadedIndex,
  request: RelatedRequest,
  files: CurrentFiles,
): Promise<Omit<RelatedAnswer, keyof AnswerOrigin>> {
  const { view, generation } = await withCompleteGraph(current);
  const limit = requireLimit(request.limit, LIMIT);
  const offset = offsetOf(request.cursor);
  const location = requireLocation(view, request.path);
  const document = view.document(location);
  const { path, title } = document;
  const graph = linkGraphOf(view);
  const links = oncePerLine(graph.links(path), (link) => link.to);
  const backlinks = oncePerLine(graph.backlinks(path), (link) => link.from);
  const broken = oncePerLine(graph.brokenLinks(path), (link) => link.target).filter(
    ({ place }) => place === undefined || !files.exists(place),
  );
  const similar = findSimilar(view, location, offset + limit + 1);
  const titled = (other: string): TitledDocument => describeDocument(view, files, other);
  const pageOf = <T>(list: readonly T[]): readonly T[] => list.slice(offset, offset + limit);
  const page = {
    path,
    title,
    ...describeFile(files, document),
    links: pageOf(links).map((link) => ({ ...titled(link.to), ...inText(link) })),
    backlinks: pageOf(backlinks).map((link) => ({ ...titled(link.from), ...inText(link) })),
    brokenLinks: pageOf(broken).map(({ target, anchor, line }) => ({ target, anchor, line })),
    similar: pageOf(similar).map((other) => ({ ...titled(other.path), score: other.score })),
  };
  if ([links, backlinks, broken, similar].every((list) => list.length <= offset + limit)) return page;
  return { ...page, nextCursor: encodeCursor({ generation, offset: offset + limit }) };
}

/** A badge and the words beside it often link to one place. */
function oncePerLine<L extends { readonly anchor: string; readonly line: number }>(
  links: readonly L[],
  otherEnd: (link: L) => string,
): readonly L[] {
  const first = new Map<string, L>();
  for (const link of links) {
    const key = JSON.stringify([link.line, otherEnd(link), link.anchor]);
    if (!first.has(key)) first.set(key, link);
  }
  return [...first.values()];
}

type TitledDocument = ShownFile & Pick<LinkedDocument, 'path' | 'title'>;

function describeDocument(view: IndexView, files: CurrentFiles, path: string): TitledDocument {
  const location = view.find(path);
  if (location === undefined) return { path, title: path };
  const document = view.document(location);
  return { path, title: document.title, ...describeFile(files, document) };
}

function inText({ anchor, text, line }: GraphLink): Pick<LinkedDocument, 'anchor' | 'text' | 'line'> {
  return { anchor, text, line };
}

/** Documents with a passage near the middle of this document's passages. */
function findSimilar(
  view: IndexView,
  location: DocumentLocation,
  limit: number,
): readonly { readonly path: string; readonly score: number }[] {
  const middle = middleOf(view, location);
  if (middle === undefined) return [];
  const { path } = view.document(location);
  const ranked = searchView(view, NOTHING_ASKED, middle, {
    limit: limit + 1,
    ranking: LIKENESS_ONLY,
  });
  return ranked
    .filter((found) => found.path !== path)
    .slice(0, limit)
    .map(({ path: other, score }) => ({ path: other, score }));
}

/** Of a document with more passages, so many that are spread over it stand for all. */
const PASSAGES_OF_MIDDLE = 256;

function middleOf(view: IndexView, location: DocumentLocation): QueryVector | undefined {
  const segment = view.segments[location.segment]?.segment;
  if (segment === undefined) return undefined;
  const { documents, embedderId, dimension } = segment.parts;
  const first = documents.firstChunk[location.document] ?? 0;
  const end = documents.firstChunk[location.document + 1] ?? first;
  if (dimension === 0 || end === first) return undefined;
  const values = new Float32Array(dimension);
  const step = Math.ceil((end - first) / PASSAGES_OF_MIDDLE);
  for (let chunk = first; chunk < end; chunk += step) {
    for (const [place, value] of dequantize(segment.vector(chunk)).entries())
      values[place] = (values[place] ?? 0) + value;
  }
  const length = Math.hypot(...values);
  return length === 0 ? undefined : { embedderId, values: values.map((value) => value / length) };
}
