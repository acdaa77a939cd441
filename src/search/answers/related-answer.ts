import { z } from 'zod';
import { NOTHING_ASKED } from '../analysis/index.js';
import { dequantize } from '../embedding/index.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import { type BrokenLink, type GraphLink, linkGraphOf, withCompleteGraph } from '../link-graph/index.js';
import { DEFAULT_RANKING, type QueryVector, type RankingParameters, searchView } from '../ranking/index.js';
import type { AnswerOrigin, LinkedDocument, RelatedAnswer, RelatedRequest, ShownFile } from '../requests/index.js';
import type { DocumentLocation, IndexView } from '../segment/index.js';
import { type CurrentFiles, describeFile } from './current-files.js';
import {
  type CursorBinding,
  decodeCursor,
  encodeCursor,
  generationSchema,
  type ListPage,
  pageAfter,
  placeSchema,
  requireLimit,
} from './cursor.js';
import { requireLocation } from './document-answer.js';
import { firstPageNote } from './first-page-note.js';

const LIMIT = { default: 20, most: 100 } as const;

/** Which link of its document was the last one shown; -1 if none was. */
const ordinalSchema = z.number().int().min(-1);
/**
 * The generation of the first page, the last link and broken link shown, how many similar documents were, and the last
 * backlink: its document and which of its links it is.
 */
const positionSchema = z.tuple([
  generationSchema,
  ordinalSchema,
  ordinalSchema,
  placeSchema,
  z.string(),
  ordinalSchema,
]);
type Position = z.infer<typeof positionSchema>;

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
  const location = requireLocation(view, request.path);
  const document = view.document(location);
  const { path, title } = document;
  const binding: CursorBinding = ['related', path];
  const position = decodeCursor(request.cursor, binding, positionSchema) ?? [generation, -1, -1, 0, '', -1];
  const { links, backlinks, broken } = linkPages(view, { path, position, limit }, files);
  const [firstGeneration, , , similarShown] = position;
  const similar = findSimilar(view, location, similarShown + limit + 1);
  const titled = (other: string): TitledDocument => describeDocument(view, files, other);
  const hasMore = links.hasMore || backlinks.hasMore || broken.hasMore || similar.length > similarShown + limit;
  return {
    path,
    title,
    ...describeFile(files, document),
    links: links.entries.map((link) => ({ ...titled(link.to), ...inText(link) })),
    backlinks: backlinks.entries.map((link) => ({ ...titled(link.from), ...inText(link) })),
    brokenLinks: broken.entries.map(({ target, anchor, line }) => ({ target, anchor, line })),
    similar: similar
      .slice(similarShown, similarShown + limit)
      .map((other) => ({ ...titled(other.path), score: other.score })),
    ...(hasMore
      ? { nextCursor: encodeCursor(binding, positionAfter(position, { links, backlinks, broken }, limit)) }
      : {}),
    ...firstPageNote(firstGeneration, generation),
  };
}

interface LinkPages {
  readonly links: ListPage<GraphLink>;
  readonly backlinks: ListPage<GraphLink>;
  readonly broken: ListPage<BrokenLink>;
}

function linkPages(
  view: IndexView,
  { path, position, limit }: { readonly path: string; readonly position: Position; readonly limit: number },
  files: CurrentFiles,
): LinkPages {
  const [, link, brokenLink, , from, backlink] = position;
  const graph = linkGraphOf(view);
  const links = oncePerLine(graph.links(path), ({ to }) => to);
  const backlinks = oncePerLine(graph.backlinks(path), (other) => other.from);
  const broken = oncePerLine(graph.brokenLinks(path), ({ target }) => target).filter(
    ({ place }) => place === undefined || !files.exists(place),
  );
  return {
    links: pageAfter(links, limit, ({ ordinal }) => ordinal <= link),
    backlinks: pageAfter(backlinks, limit, (other) =>
      other.from === from ? other.ordinal <= backlink : other.from < from,
    ),
    broken: pageAfter(broken, limit, ({ ordinal }) => ordinal <= brokenLink),
  };
}

/** A list without entries on this page goes on where it was. */
function positionAfter(position: Position, { links, backlinks, broken }: LinkPages, limit: number): Position {
  const [generation, link, brokenLink, similarShown, from, backlink] = position;
  return [
    generation,
    links.last?.ordinal ?? link,
    broken.last?.ordinal ?? brokenLink,
    similarShown + limit,
    backlinks.last?.from ?? from,
    backlinks.last?.ordinal ?? backlink,
  ];
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
