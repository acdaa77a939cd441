/**
 * What two writers do to a store, as text that can be given back: `durable: A.update, B.tag, A.update|B.collect/7`.
 * `ensure` updates to what may be there already, `tag` names the oldest generation and `mark` the newest, `flush` waits
 * for the disk, and `reopen` closes the store and opens it again.
 */

export const OPERATIONS = [
  'update',
  'ensure',
  'rollback',
  'tag',
  'mark',
  'untag',
  'collect',
  'flush',
  'reopen',
] as const;
export type OperationName = (typeof OPERATIONS)[number];
export type WriterName = 'A' | 'B';

export interface Action {
  readonly writer: WriterName;
  readonly operation: OperationName;
}

/** One action, or two at once, whose calls a schedule mixes. */
export interface Step {
  readonly actions: readonly Action[];
  /** The seed of the schedule. */
  readonly schedule: number;
}

/** `mixed`: A commits durably, B deferred. `unlocked`: durable, without the commit lock. */
export const MODES = ['durable', 'deferred', 'mixed', 'unlocked'] as const;
export type Mode = (typeof MODES)[number];

export interface Workload {
  readonly mode: Mode;
  /** Whether everything was on the platter before the last step, as on a disk that was left in peace for a while. */
  readonly isSettled: boolean;
  /** A has opened the store for the first time before the first step; B opens it with its first action. */
  readonly steps: readonly Step[];
}

export function formatWorkload({ mode, isSettled, steps }: Workload): string {
  return `${mode}${isSettled ? ' settled' : ''}: ${steps.map(formatStep).join(', ')}`;
}

function formatStep({ actions, schedule }: Step): string {
  const text = actions.map(({ writer, operation }) => `${writer}.${operation}`).join('|');
  return actions.length > 1 ? `${text}/${schedule}` : text;
}

/** @throws RangeError for a text that `formatWorkload` never makes */
export function parseWorkload(text: string): Workload {
  const [head = '', body = ''] = text.split(':');
  const [modeName = '', settled] = head.trim().split(' ');
  const mode = MODES.find((known) => known === modeName);
  if (mode === undefined)
    throw new RangeError(`workload ${JSON.stringify(text)}: it begins with none of ${MODES.join(', ')}`);
  const steps = body.split(',').filter((step) => step.trim() !== '');
  return { mode, isSettled: settled === 'settled', steps: steps.map((step) => parseStep(step.trim())) };
}

function parseStep(text: string): Step {
  const [actions = '', schedule = '0'] = text.split('/');
  return { actions: actions.split('|').map(parseAction), schedule: Number(schedule) };
}

function parseAction(text: string): Action {
  const [writer, name] = text.split('.');
  const operation = OPERATIONS.find((known) => known === name);
  if (operation === undefined || (writer !== 'A' && writer !== 'B'))
    throw new RangeError(`action ${JSON.stringify(text)}: expected A or B, a dot and one of ${OPERATIONS.join(', ')}`);
  return { writer, operation };
}

/** Which operations mean something in a mode. */
function operationsOf(mode: Mode): readonly OperationName[] {
  return OPERATIONS.filter((name) => name !== 'flush' || mode === 'deferred' || mode === 'mixed');
}

/**
 * Every sequence of so many single actions that can do something, with the disk at peace before the last of them and
 * without; and every one whose last two actions are done at once, by each of the schedules.
 */
export function* workloadsOf(mode: Mode, length: number, schedules: readonly number[]): Generator<Workload> {
  for (const steps of sequences(mode, length)) {
    yield { mode, isSettled: false, steps };
    if (length > 0) yield { mode, isSettled: true, steps };
  }
  if (length < 2) return;
  for (const before of sequences(mode, length - 2)) {
    for (const actions of pairs(mode, before)) {
      for (const schedule of schedules)
        yield { mode, isSettled: schedule % 4 > 1, steps: [...before, { actions, schedule }] };
    }
  }
}

function* sequences(mode: Mode, length: number): Generator<readonly Step[]> {
  if (length === 0) {
    yield [];
    return;
  }
  for (const before of sequences(mode, length - 1)) {
    for (const action of actionsAfter(mode, before)) yield [...before, { actions: [action], schedule: 0 }];
  }
}

function actionsAfter(mode: Mode, before: readonly Step[]): readonly Action[] {
  const names = before.flatMap(({ actions }) => actions.map(({ operation }) => operation));
  const commits = names.filter((name) => name === 'update' || name === 'ensure').length;
  const tags =
    names.filter((name) => name === 'tag' || name === 'mark').length - names.filter((name) => name === 'untag').length;
  return operationsOf(mode)
    .filter((name) => {
      if (name === 'untag') return tags > 0;
      if (name === 'collect') return names.length > 0;
      return name === 'update' || name === 'ensure' || name === 'reopen' || commits > 0;
    })
    .flatMap((operation): Action[] => [
      { writer: 'A', operation },
      { writer: 'B', operation },
    ]);
}

/** Two at once, of which at least one changes what the head is. */
function* pairs(mode: Mode, before: readonly Step[]): Generator<readonly [Action, Action]> {
  const possible = actionsAfter(mode, before).filter(({ operation }) => operation !== 'flush');
  const isFirst = before.length === 0;
  for (const a of possible.filter(({ writer }) => writer === 'A')) {
    for (const b of possible.filter(({ writer }) => writer === 'B')) {
      const isCommit = [a, b].some(({ operation }) => ['update', 'ensure', 'rollback', 'collect'].includes(operation));
      if (isCommit || isFirst) yield [a, b];
    }
  }
}
