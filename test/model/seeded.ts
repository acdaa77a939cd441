/** For each seeded bug the configuration in which the model finds it. */
import type { BugName } from './bugs.js';
import { type Configuration, QUIET } from './configuration.js';

const SLEEPER = { clients: [['add'], ['replace', 'replace']] } as const;
const TRAVELLER = { clients: [['rollback']], history: 2, collectors: 2 } as const;
const OVERTAKEN = { clients: [['replace'], ['rollback']], collectors: 2 } as const;
const WITHOUT_FILES = { clients: [['bare', 'replace'], ['rollback']], collectors: 2 } as const;
const MISTAKEN = { ...TRAVELLER, mistakes: 1 } as const;

const WHERE: Readonly<Record<BugName, Partial<Configuration>>> = {
  'unconfirmed-claim': SLEEPER,
  'higher-so-lost': { clients: [['add'], ['add']] },
  'unconfirmed-read': { ...SLEEPER, readers: 1 },
  'current-is-truth': { ...SLEEPER, readers: 1, pointer: true },
  'lock-without-claim': { clients: [['add'], ['add']], mode: 'file_lock', thefts: 1 },
  'swap-before-claim': { clients: [['add']], pointer: true },
  'unretire-pinned': TRAVELLER,
  'pins-before-retired': OVERTAKEN,
  'mark-by-later-look': WITHOUT_FILES,
  'prune-live-writer': { clients: [['add'], ['add']] },
  'bury-pinned': WITHOUT_FILES,
  'bury-unobserved': WITHOUT_FILES,
  'record-last': MISTAKEN,
  'discard-in-place': { clients: [['add']], mistakes: 1 },
  'unguarded-rollback': MISTAKEN,
  'unguarded-tag': { ...MISTAKEN, clients: [['tag']] },
  'restore-dead-number': { clients: [['add'], ['replace', 'replace'], ['rollback']] },
  'confirm-by-new-name': { clients: [['add'], ['add']], mistakes: 1, revives: true },
  'forget-the-dead': { clients: [['add']], crashes: 1 },
};

/** The configuration in which a seeded bug shows. */
export function configurationWith(bug: BugName): Configuration {
  return { ...QUIET, ...WHERE[bug], name: bug, about: 'a seeded bug', bugs: [bug] };
}
