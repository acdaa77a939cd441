/** What is explored of the protocol as it is. Each says what it leaves out; together they cover everybody. */
import { type Configuration, QUIET } from './configuration.js';

/** A configuration, and how it is explored. */
export interface Plan extends Configuration {
  /** `exhaustive`: every state; `bounded`: breadth first up to a number of states; `walks`: random walks. */
  readonly search: 'exhaustive' | 'bounded' | 'walks';
  /** Where a search ends that is not exhaustive. */
  readonly mostStates: number;
}

type Difference = Partial<Plan> & Pick<Configuration, 'name' | 'about'>;

/** Two minutes of them are too many for each change: these are quick. */
export const SHORT: readonly Plan[] = [
  plan({
    name: 'read',
    about: '3 writers of one change, a collector, a reader',
    clients: [['add'], ['add'], ['replace']],
    readers: 1,
  }),
  ...bothModes({
    name: 'commit',
    about: '3 writers of one change, a collector, a crash',
    clients: [['add'], ['add'], ['replace']],
    crashes: 1,
  }),
  ...bothModes({
    name: 'sleep',
    about: 'a writer sleeps through two commits and their collecting; CURRENT is written',
    clients: [['add'], ['replace', 'replace']],
    pointer: true,
    crashes: 1,
  }),
  plan({
    name: 'collect',
    about: '2 collectors, a rollback, a generation without files, a crash',
    clients: [['bare', 'replace'], ['rollback']],
    collectors: 2,
  }),
  plan({
    name: 'dead',
    about: 'a rollback is taken for dead twice, and gets a new id while it commits; 2 collectors',
    clients: [['rollback']],
    history: 2,
    collectors: 2,
    mistakes: 2,
    revives: true,
    crashes: 1,
  }),
  plan({
    name: 'fine',
    about: '2 writers, a collector, every call a step of its own',
    clients: [['add'], ['replace']],
    grain: 'fine',
    crashes: 1,
  }),
];

/** Minutes of them, on demand. */
export const LONG: readonly Plan[] = [
  ...bothModes({
    name: 'commit-crash',
    about: '3 writers of one change, a collector, 2 crashes, CURRENT',
    clients: [['add'], ['add'], ['replace']],
    crashes: 2,
    pointer: true,
  }),
  plan({
    name: 'crash-read',
    about: '3 writers of one change, a collector, a reader, 2 crashes, CURRENT',
    clients: [['add'], ['add'], ['replace']],
    readers: 1,
    crashes: 2,
    pointer: true,
  }),
  ...bothModes({
    name: 'two-readers',
    about: '3 writers of one change, a collector, 2 readers',
    clients: [['add'], ['add'], ['add']],
    readers: 2,
  }),
  ...bothModes({
    name: 'commit-twice',
    about: '3 writers of 2, 2 and 1 changes, a collector, a crash',
    clients: [['add', 'replace'], ['add', 'replace'], ['add']],
    crashes: 1,
  }),
  ...bothModes({
    name: 'sleep-read',
    about: '2 writers of two changes, a reader, a collector',
    clients: [
      ['add', 'replace'],
      ['add', 'replace'],
    ],
    readers: 1,
  }),
  plan({
    name: 'collect-twice',
    about: '2 collectors, 2 writers (one without files), a rollback, a crash',
    clients: [['replace'], ['bare'], ['rollback']],
    collectors: 2,
    crashes: 1,
  }),
  plan({
    name: 'travel',
    about: 'a tag, a reader of an old generation and a commit, 2 collectors',
    clients: [['replace'], ['tag'], ['open']],
    history: 2,
    collectors: 2,
  }),
  plan({
    name: 'dead-number',
    about: 'a writer claims a dead number, which a rollback pins; one of them is taken for dead',
    clients: [['add'], ['replace', 'replace'], ['rollback']],
    mistakes: 1,
  }),
  plan({
    name: 'taken-for-dead',
    about: 'a writer and a rollback, two mistakes, new ids, a crash, 2 collectors',
    clients: [['replace'], ['rollback']],
    collectors: 2,
    mistakes: 2,
    revives: true,
    crashes: 1,
  }),
  plan({
    name: 'taken-for-dead-2',
    about: 'a writer and a tag, two mistakes, a crash, 2 collectors',
    clients: [['replace'], ['tag']],
    collectors: 2,
    mistakes: 2,
    crashes: 1,
  }),
  ...bothModes({
    name: 'taken-for-dead-3',
    about: '2 writers, a reader, a collector, two mistakes, new ids, a crash',
    clients: [['add'], ['add']],
    readers: 1,
    mistakes: 2,
    revives: true,
    crashes: 1,
  }),
  ...bothModes({
    name: 'fine-commit',
    about: '3 writers of one change, a collector, a reader, every call a step of its own',
    clients: [['add'], ['add'], ['add']],
    readers: 1,
    grain: 'fine',
  }),
  plan({
    name: 'fine-read',
    about: '2 writers, a reader, 2 collectors, every call a step of its own',
    clients: [['add'], ['replace']],
    readers: 1,
    collectors: 2,
    grain: 'fine',
  }),
  plan({
    name: 'fine-collect',
    about: 'a writer and a rollback, 2 collectors, a crash, every call a step of its own',
    clients: [['replace'], ['rollback']],
    collectors: 2,
    crashes: 1,
    grain: 'fine',
  }),
  ...bothModes({
    name: 'all-bounded',
    about: 'everybody at once: 3 writers, a rollback, a tag, 2 collectors, 2 readers; the first states only',
    ...everybody(),
    search: 'bounded',
    mostStates: 3_000_000,
  }),
  ...bothModes({
    name: 'all-walks',
    about: 'everybody at once, to the end, at random',
    ...everybody(),
    search: 'walks',
    mostStates: 5_000_000,
  }),
];

function everybody(): Partial<Plan> {
  return {
    clients: [['add', 'replace'], ['bare', 'add'], ['replace'], ['rollback'], ['tag']],
    readers: 2,
    collectors: 2,
    crashes: 2,
    mistakes: 2,
    revives: true,
    pointer: true,
    grain: 'fine',
  };
}

function plan(difference: Difference): Plan {
  return { ...QUIET, search: 'exhaustive', mostStates: 14_000_000, ...difference };
}

/** Without the lock; and with it, stolen twice, and waited for in vain once. */
function bothModes(difference: Difference): readonly Plan[] {
  return [plan(difference), plan({ ...difference, mode: 'file_lock', thefts: 2, timeouts: 1 })];
}
