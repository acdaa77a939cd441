/** The beginning of a path as the index has it: what others write as `./docs/` or `/docs/` is `docs/` there. */
export function plainPrefix(pathPrefix: string): string {
  return pathPrefix.replace(/^(?:\.?\/+)+/u, '');
}
