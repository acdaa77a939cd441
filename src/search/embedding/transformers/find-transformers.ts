import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SearchError } from '../../errors.js';

const PACKAGE = '@huggingface/transformers';

/**
 * The address of the installed `@huggingface/transformers`, which snapdex itself never installs.
 *
 * @param folders looked at in this order, after snapdex's own surroundings
 * @throws SearchError EMBEDDER_NOT_INSTALLED
 */
export function findTransformers(folders: readonly string[]): string {
  const places = [import.meta.url, ...folders.map((folder) => path.join(folder, 'package.json'))];
  let cause: unknown;
  for (const place of places) {
    try {
      return pathToFileURL(createRequire(place).resolve(PACKAGE)).href;
    } catch (error) {
      cause = error;
    }
  }
  const where = folders.length === 0 ? 'beside snapdex' : `beside snapdex or in ${folders.join(', ')}`;
  throw new SearchError('EMBEDDER_NOT_INSTALLED', `${PACKAGE}: it is not installed ${where}`, {
    remedy: `Install it where snapdex is installed (npm install ${PACKAGE}), or choose another embedder. Keyword search goes on meanwhile.`,
    cause,
  });
}
