import type { AnswerOrigin } from '../search/index.js';
import { harmlessLine } from '../server/index.js';
import { stderrStyle } from './style.js';

/**
 * Tells a person, on standard error, that an answer may be behind the files; programs read it in the JSON. `emptiness`
 * is what is to be said of an index without a generation.
 */
export function printStaleness(
  origin: AnswerOrigin,
  { isJson, emptiness }: { readonly isJson: boolean; readonly emptiness: string | undefined },
): void {
  if (isJson || (!origin.stale && emptiness === undefined)) return;
  const note = emptiness ?? noteOn(origin);
  process.stderr.write(`${stderrStyle('yellow', 'note:')} ${harmlessLine(note)}\n`);
}

function noteOn({ generation, asOf }: AnswerOrigin): string {
  return asOf === undefined
    ? `the index (generation ${generation}) may be behind the files: "snapdex status" says why`
    : `this is generation ${generation} of ${asOf.createdAt}; the newest is ${asOf.newest}`;
}
