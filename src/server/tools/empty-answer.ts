import type { ListRequest, ProjectIndex } from '../../search/index.js';

/**
 * Why an answer can hold no document, if no other words would change that: nothing is indexed, or nothing below
 * `pathPrefix`.
 */
export async function whyNothingIsThere(
  index: ProjectIndex,
  { pathPrefix = '', asOf }: Pick<ListRequest, 'pathPrefix' | 'asOf'>,
): Promise<string | undefined> {
  const when = asOf === undefined ? {} : { asOf };
  const below = await index.list({ ...when, limit: 1, pathPrefix });
  if (below.total > 0) return undefined;
  const all = pathPrefix === '' ? below : await index.list({ ...when, limit: 1 });
  if (all.total > 0) {
    return `No document lies below "${pathPrefix}". Paths are relative to the project root: list_documents shows them.`;
  }
  if (asOf !== undefined) return 'That generation holds no document.';
  return all.stale
    ? 'No document is indexed yet.'
    : 'The project has no markdown documents that are indexed; index_status names its root.';
}
