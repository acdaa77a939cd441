import type { ProjectIndex } from '../../search/index.js';

/** The protocol allows no more in one answer. */
const MOST = 100;
/** Paths that are looked at for one that contains what was typed. */
const PATHS_PER_PAGE = 500;

/** Paths of documents for what was typed: those that begin with it, or, if none does, those that contain it. */
export async function completePath(index: ProjectIndex, typed: string): Promise<string[]> {
  const { documents } = await index.list({ pathPrefix: typed, limit: MOST });
  return documents.length > 0 ? documents.map(({ path }) => path) : pathsContaining(index, typed.toLowerCase());
}

async function pathsContaining(index: ProjectIndex, part: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await index.list({ limit: PATHS_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.documents.map(({ path }) => path).filter((path) => path.toLowerCase().includes(part)));
    cursor = page.nextCursor;
    if (cursor === undefined || found.length >= MOST) return found.slice(0, MOST);
  }
}
