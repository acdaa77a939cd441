import { decodeDocument } from '../analysis/index.js';
import { SearchError } from '../errors.js';
import type { LoadedIndex } from '../indexing/segment-catalog.js';
import type { AnswerOrigin, DocumentAnswer, DocumentRequest, ShownFile } from '../requests/index.js';
import type { DocumentLocation, IndexView, StoredDocument } from '../segment/index.js';
import { type CurrentFiles, describeFile } from './current-files.js';
import { pathInIndex } from './path-prefix.js';

/**
 * A document with its outline. Where the file has changed since it was indexed, the answer says so, and its text is the
 * file's if it can be read and no older generation was asked for; else it is the indexed one.
 * @throws SearchError DOCUMENT_NOT_FOUND, INVALID_REQUEST
 */
export function answerDocument(
  { view }: LoadedIndex,
  request: DocumentRequest,
  files: CurrentFiles,
): Omit<DocumentAnswer, keyof AnswerOrigin> {
  const document = view.document(requireLocation(view, request.path));
  const { text, ...file } = textOf(document, files, { isOfToday: request.asOf === undefined });
  const lines = splitLines(text);
  const { startLine, endLine } = requireRange(request, lines.length);
  return {
    path: document.path,
    title: document.title,
    contentHash: document.contentHash,
    sizeBytes: document.sizeBytes,
    lines: lines.length,
    startLine,
    endLine,
    text: lines.slice(startLine - 1, endLine).join(''),
    frontMatter: document.frontMatter(),
    outline: outlineOf(document),
    changedSinceIndexed: file.fileNow !== undefined,
    ...file,
  };
}

function textOf(
  document: StoredDocument,
  files: CurrentFiles,
  { isOfToday }: { readonly isOfToday: boolean },
): ShownFile & { readonly text: string } {
  const file = describeFile(files, document);
  if (file.fileNow !== 'changed' || !isOfToday) return { text: document.text(), ...file };
  const bytes = files.read(document.path);
  if (bytes === undefined) return { text: document.text(), fileNow: 'unreadable' };
  return { text: decodeDocument(bytes, document.path), ...file };
}

/** Lines with their ends, so that a part of the text is byte for byte what the file has. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

function outlineOf(document: StoredDocument): DocumentAnswer['outline'] {
  return document.outline().filter((entry) => entry.headingPath.length > 0);
}

function requireRange(
  { path, startLine = 1, endLine }: DocumentRequest,
  lines: number,
): { readonly startLine: number; readonly endLine: number } {
  const last = Math.min(endLine ?? lines, lines);
  if (lines === 0) return { startLine: 1, endLine: 0 };
  if (startLine >= 1 && startLine <= lines && last >= startLine) return { startLine, endLine: last };
  throw new SearchError(
    'INVALID_REQUEST',
    `document ${JSON.stringify(path)}: it has lines 1 to ${lines}, asked for ${startLine} to ${endLine ?? 'the last'}`,
    {
      remedy: `Ask for lines between 1 and ${lines}.`,
    },
  );
}

/**
 * Where the document of that path is, which may begin with `/` or `./`. Names come as the file system spells them, but who asks may compose letters and
 * accents differently (NFC, NFD).
 * @throws SearchError DOCUMENT_NOT_FOUND
 */
export function requireLocation(view: IndexView, path: string): DocumentLocation {
  const named = pathInIndex(path);
  const location = view.find(named) ?? view.find(named.normalize('NFC')) ?? view.find(named.normalize('NFD'));
  if (location !== undefined) return location;
  throw new SearchError('DOCUMENT_NOT_FOUND', `document ${JSON.stringify(path)}: the index has none of that path`, {
    remedy: 'Give the path as search results or the list of documents show it: relative to the root, with "/".',
  });
}
