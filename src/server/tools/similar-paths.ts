import { type ProjectIndex, SearchError } from '../../search/index.js';

/** So many paths are told; who needs more lists the documents. */
const MOST = 3;
const PATHS_PER_PAGE = 500;

/**
 * What `work` gives. Where no document has the path, the failure names those whose path ends most like it: models leave
 * folders and endings out, write other letter case, and put lines behind a path.
 * @throws SearchError DOCUMENT_NOT_FOUND, and whatever `work` throws
 */
export async function orSimilarPaths<T>(
  index: ProjectIndex,
  request: { readonly path: string; readonly asOf?: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SearchError) || error.code !== 'DOCUMENT_NOT_FOUND') throw error;
    const similar = await similarPaths(index, request);
    if (similar.length === 0) throw error;
    const named = similar.map((path) => JSON.stringify(path)).join(', ');
    throw new SearchError('DOCUMENT_NOT_FOUND', `${error.message}; there is ${named}`, {
      remedy: error.remedy,
      cause: error,
    });
  }
}

async function similarPaths(
  index: ProjectIndex,
  { path, asOf }: { readonly path: string; readonly asOf?: string },
): Promise<readonly string[]> {
  const asked = withoutEnding(withoutPlace(path).replaceAll('\\', '/').toLowerCase());
  const name = asked.slice(asked.lastIndexOf('/') + 1);
  if (name === '') return [];
  const found: { readonly path: string; readonly equal: number }[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await index.list({
      limit: PATHS_PER_PAGE,
      ...(asOf === undefined ? {} : { asOf }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const document of page.documents) {
      const equal = equalAtEnd(withoutEnding(document.path.toLowerCase()), asked);
      if (equal >= name.length) found.push({ path: document.path, equal });
    }
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return found
    .sort((one, other) => other.equal - one.equal)
    .slice(0, MOST)
    .map((document) => document.path);
}

/** `a.md` of `a.md:12-30` and of `a.md#heading`. */
function withoutPlace(path: string): string {
  return path.replace(/#.*$/u, '').replace(/:\d+(?:[-:]\d+)?$/u, '');
}

function withoutEnding(path: string): string {
  return path.replace(/\.[^./]*$/u, '');
}

/** How many characters two texts have in common at their ends. */
function equalAtEnd(one: string, other: string): number {
  let equal = 0;
  while (equal < Math.min(one.length, other.length) && one.at(-1 - equal) === other.at(-1 - equal)) equal += 1;
  return equal;
}
