import type { AnswerOrigin } from '../search/index.js';
import { stderrStyle } from './style.js';

/** Tells a person, on standard error, that an answer may be behind the files; programs read it in the JSON. */
export function printStaleness(origin: AnswerOrigin, { isJson }: { readonly isJson: boolean }): void {
  if (isJson || (!origin.stale && origin.generation > 0)) return;
  const note =
    origin.generation === 0
      ? 'nothing is indexed yet: run "snapdex index"'
      : `the index (generation ${origin.generation}) may be behind the files: "snapdex status" says why`;
  process.stderr.write(`${stderrStyle('yellow', 'note:')} ${note}\n`);
}
