/** Ways to get the protocol wrong, each of which the model must find. */

export type BugName = keyof typeof BUGS;

/** What each breaks, in one line; `docs/protocol.md` has the same table. */
export const BUGS = {
  'unconfirmed-claim': 'commit 5 is left out: whoever has claimed believes to have committed',
  'higher-so-lost': 'commit 5 takes a higher number for a lost race',
  'unconfirmed-read': 'read 3 is left out: the head is not looked at again',
  'current-is-truth': 'CURRENT says what the head is, and nobody looks at the directory',
  'lock-without-claim': 'commit 4 replaces whatever has the number, and trusts the lock',
  'swap-before-claim': 'commit 6 comes before commit 4',
  'unretire-pinned': 'a collector takes back the retirement of what it finds pinned',
  'pins-before-retired': 'collect (c) comes before (b)',
  'mark-by-later-look': 'collect (d) looks anew at what is retired',
  'prune-live-writer': 'the entries of registered writers are pruned',
  'bury-pinned': 'collect (e) takes a generation to the trash that (c) found pinned, if it has no file of its own',
  'bury-unobserved': 'collect (e) takes to the trash what it did not observe as retired in (b)',
  'record-last': 'the record of whoever is taken for dead is removed after its drafts and pins',
  'discard-in-place': "another's draft is emptied where it lies, file by file",
  'unguarded-rollback': 'a rollback does not look, once it has drafted, whether it is still registered',
  'unguarded-tag': 'whoever tags does not look, once the tag is there, whether it is still registered',
  'restore-dead-number': 'whoever pins a generation does not ask whether it was ever committed',
  'confirm-by-new-name': 'commit 5 looks for the name that the instance has now, not the one it drafted under',
  'forget-the-dead': 'collecting does not clear up after dead clients',
} as const;

export function isBugName(name: string): name is BugName {
  return Object.hasOwn(BUGS, name);
}
