/** A path as the index has it: what others write as `./docs/a.md` is `docs/a.md` there. */
export function documentPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/u, '');
}
