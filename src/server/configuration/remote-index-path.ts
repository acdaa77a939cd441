import { basename, join, resolve } from 'node:path';
import { isStoreError, parseS3Location } from '../../store/index.js';
import { ServerError } from '../errors.js';
import { settingAt, type WrittenPath } from './project-paths.js';

/** Stands for the name of the project's folder. */
const PROJECT_NAME = '{project}';

/**
 * The URL of an index on S3, with the name of the project in it and the folder of its cache made absolute.
 *
 * @throws ServerError `CONFIG_INVALID` if it is none, if a project's own file says it, or if the user's file gives all
 *   projects one and the same
 */
export function remoteIndexPath(
  { root, homeDirectory }: { readonly root: string; readonly homeDirectory: string },
  { value, place, kind }: WrittenPath,
): string {
  const at = settingAt({ place, kind, key: 'index_path' });
  const refuse = (fault: string, remedy: string, cause?: unknown): ServerError =>
    new ServerError('CONFIG_INVALID', `${at}: ${fault}`, { remedy, cause, isCommandLine: kind === 'flag' });
  // Whoever clones a project has not read its configuration.
  if (kind === 'project file') {
    const fault = `${JSON.stringify(value)} would send the documents to another machine`;
    throw refuse(fault, 'Say so in your own snapdex.toml, by SNAPDEX_INDEX_PATH or --index-path.');
  }
  if (kind === 'user file' && !value.includes(PROJECT_NAME)) {
    const fault = `${JSON.stringify(value)} would be one index for all projects`;
    throw refuse(fault, `Put ${PROJECT_NAME} into it, which stands for the name of the project’s folder.`);
  }
  const named = value.replaceAll(PROJECT_NAME, encodeURIComponent(basename(root)));
  try {
    parseS3Location(named);
  } catch (error) {
    if (!isStoreError(error)) throw error;
    throw refuse(error.message, error.remedy, error);
  }
  return withAbsoluteCache(named, (folder) =>
    resolve(root, /^~[/\\]/u.test(folder) ? join(homeDirectory, folder.slice(2)) : folder),
  );
}

function withAbsoluteCache(location: string, absolute: (folder: string) => string): string {
  const [address = '', query = ''] = location.split('?', 2);
  const parameters = new URLSearchParams(query);
  const cache = parameters.get('cache');
  if (cache === null) return location;
  parameters.set('cache', absolute(cache));
  return `${address}?${parameters}`;
}
