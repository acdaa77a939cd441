import type { IndexView } from '../segment/index.js';

/** A path as the index has it: what others write as `./docs/a.md` or `/docs/a.md` is `docs/a.md` there. */
export function pathInIndex(asked: string): string {
  return asked.replace(/^(?:\.?\/+)+/u, '');
}

/**
 * The beginning of paths as the index has it: what others write as `./docs/` or `/docs/` is `docs/` there. File systems
 * keep names in the Unicode form that they were given in, so if no path begins as asked, it is the beginning of the
 * first that does in another form.
 */
export function prefixInIndex(view: IndexView, asked: string): string {
  const prefix = pathInIndex(asked);
  if (/^\p{ASCII}*$/u.test(prefix) || hasPathBelow(view, prefix)) return prefix;
  return spellingInIndex(view, prefix.normalize('NFC')) ?? prefix;
}

/** Asked of the segments, since a list of all paths would have to be made first. */
function hasPathBelow(view: IndexView, prefix: string): boolean {
  return view.pathsBeginning(prefix).next().done !== true;
}

function spellingInIndex(view: IndexView, composed: string): string | undefined {
  for (const path of view.paths()) {
    if (!path.normalize('NFC').startsWith(composed)) continue;
    for (let length = 1; length <= path.length; length++) {
      const spelling = path.slice(0, length);
      if (spelling.normalize('NFC') === composed) return spelling;
    }
  }
  return undefined;
}
