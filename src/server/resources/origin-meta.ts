import type { AnswerOrigin } from '../../search/index.js';

/** From which generation it is, and whether that may be behind the files: as in the answers of tools. */
export function originMeta({ generation, stale, indexing }: AnswerOrigin): Record<string, unknown> {
  return { 'snapdex/generation': generation, 'snapdex/stale': stale, 'snapdex/indexing': indexing };
}
