/** Where an index is may be said by an argument (`push`, `pull`); where the project's own is, by a setting. */
const OWN_PLACE = "(the project's own: `--index-path`, or `index_path` in a file)";

/**
 * What remedies of the store and of an `IndexManager` say to programs, and what they say to whoever has an index of a project: a command for a
 * call, a setting for an option, as the other remedies of search do. It imports nothing, for errors are told before an index is loaded.
 */
export const REMEDY_WORDS: readonly (readonly [library: string, program: string])[] = [
  ['`SnapshotStore.repair`', '`snapdex repair`'],
  ['`resume()`', '`snapdex resume`'],
  ['`lockTimeoutMs: 90_000`', '`--lock-timeout 90`'],
  ['`retention.keepGenerations`', '`keep_generations`'],
  ['it is made when it is first opened for writing', 'it is made by `snapdex index`'],
  ['the next commit begins a new history', '`snapdex index`, or a server that writes, makes the index anew'],
  ['Ask again once something was committed.', 'Run `snapdex index` first; nothing is indexed yet.'],
  ['Name a directory for the store', `Name a directory for the index ${OWN_PLACE}`],
  ['Put the store on a local disk', `Put the index on a local disk ${OWN_PLACE}`],
  [
    'Give the store a directory of its own, new or empty.',
    `Give the index a directory of its own, new or empty ${OWN_PLACE}.`,
  ],
  ['Give the index a directory of its own.', `Give the index a directory of its own ${OWN_PLACE}.`],
  [
    'sets the damaged one aside.',
    'sets the damaged one aside. An index is also made anew from its documents by `snapdex index`.',
  ],
];

/** `remedy` with the commands and settings of `snapdex` in place of the library's calls and options. */
export function inProgramWords(remedy: string): string {
  return REMEDY_WORDS.reduce((text, [library, program]) => text.replaceAll(library, program), remedy);
}
