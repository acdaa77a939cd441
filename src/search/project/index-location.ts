import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isS3Location } from '../../store/index.js';
import { folderIdentity } from '../documents/index.js';
import { SearchError } from '../errors.js';

/**
 * Where the path of an open index leads. Somebody may put a link in its place, a checkout of git as well: what is there
 * then is not the index that was opened, and nobody has said that it may be read or written.
 */
export class IndexLocation {
  readonly #indexPath: string;
  readonly #led: string | undefined;
  /** Device and inode of the directory when it was last seen where it was. */
  #seen: string | undefined;

  /** @param indexPath as it was opened: a directory, or a place on S3, which has no links */
  constructor(indexPath: string) {
    this.#indexPath = indexPath;
    this.#led = isS3Location(indexPath) ? undefined : whereItLeads(indexPath);
    this.#seen = this.#led === undefined ? undefined : folderIdentity(this.#led);
  }

  /** @throws SearchError INDEX_OF_OTHER_PROJECT if the path leads to another directory than when it was opened */
  requireSame(): void {
    if (this.#led === undefined) return;
    const leads = whereItLeads(this.#indexPath);
    const identity = folderIdentity(leads);
    if (leads === this.#led) this.#seen = identity;
    // The directory may have been moved, and a link left for those who look for it.
    else if (identity === undefined || identity !== this.#seen) throw this.#isElsewhere(leads);
  }

  #isElsewhere(leads: string): SearchError {
    const message = `index ${this.#indexPath}: leads to ${leads} through a link that was not there when it was opened`;
    return new SearchError('INDEX_OF_OTHER_PROJECT', message, {
      remedy:
        'Remove the link, or put the folder of the index back; if the index is meant to lie there, name that folder by `--index-path` (SNAPDEX_INDEX_PATH) and start again. Nothing is read or written there.',
    });
  }
}

/** The path with every link on the way followed, as far as it is there. */
export function whereItLeads(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    // A dangling link leads somewhere too: what is made there is made at its target.
    const target = linkTarget(path);
    if (target !== undefined) return whereItLeads(resolve(parent, target));
    return parent === path ? path : join(whereItLeads(parent), basename(path));
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
