import type { GenerationSummary, HoldState, InstanceStatus, StatusAnswer } from '../../search/index.js';
import { documentCounts, operationOf, reasonOf } from '../generation-words.js';
import { age, count } from '../quantities.js';
import { stdoutStyle } from '../style.js';
import { textTable } from '../text-table.js';
import type { Look, WatchEvent } from './watch-events.js';

/** One event in one line, without a time. */
export function eventLine(event: WatchEvent): string {
  switch (event.event) {
    case 'state':
      return `${holdings(event)} in ${event.root}; ${following(event.instances)}; ${condition(event)}`;
    case 'commit':
      return commitLine(event);
    case 'joined':
    case 'left':
    case 'role': {
      const { client, role, pid } = event.instance;
      return event.event === 'role'
        ? `${client} (pid ${pid}) is ${role} now`
        : `${client} (${role}, pid ${pid}) ${event.event}`;
    }
    case 'pending':
      return count(event.pendingChanges, 'pending change');
    case 'hold':
      return event.hold === null ? 'no hold' : held(event.hold);
  }
}

function commitLine(entry: GenerationSummary): string {
  const reason = reasonOf(entry);
  const what = `${operationOf(entry)} ${documentCounts(entry)} by ${entry.writer}`;
  return `generation ${entry.generation}: ${what}${reason === '' ? '' : `: ${reason}`}`;
}

/** The whole picture in at most so many lines: state, instances, and the newest commits. */
export function picture(
  { status, generations }: Look,
  { nowMs, rows }: { readonly nowMs: number; readonly rows: number },
): string {
  const lines = [
    `${stdoutStyle('bold', 'snapdex')} ${status.root}  ${stdoutStyle('dim', 'Ctrl-C ends')}`,
    `${holdings(status)}; ${condition(status)}`,
    '',
    ...instanceLines(status.instances),
    '',
    ...commitLines(generations, nowMs),
    ...(status.problems.length === 0
      ? []
      : ['', ...status.problems.map(({ code, message }) => `${stdoutStyle('yellow', code)} ${message}`)]),
  ];
  return lines.slice(0, Math.max(1, rows)).join('\n');
}

function instanceLines(instances: readonly InstanceStatus[]): readonly string[] {
  if (instances.length === 0) return ['no instance has the index open'];
  const rows = instances.map(({ pid, role, client, host }) => [String(pid), role, client, host]);
  return textTable([['PID', 'ROLE', 'CLIENT', 'HOST'], ...rows], ['right', 'left', 'left', 'left']).split('\n');
}

function commitLines(generations: readonly GenerationSummary[], nowMs: number): readonly string[] {
  const rows = generations.map((entry) => [
    String(entry.generation),
    age(nowMs - Date.parse(entry.createdAt)),
    operationOf(entry),
    documentCounts(entry),
    entry.writer,
    entry.tags.join(', '),
    reasonOf(entry),
  ]);
  const head = ['GENERATION', 'AGO', 'OPERATION', 'DOCUMENTS', 'WRITER', 'TAGS', 'REASON'];
  return textTable([head, ...rows], ['right', 'right', 'left', 'left', 'left', 'left', 'left']).split('\n');
}

function holdings({
  generation,
  documents,
  chunks,
}: Pick<StatusAnswer, 'generation' | 'documents' | 'chunks'>): string {
  return `generation ${generation}, ${count(documents, 'document')}, ${count(chunks, 'passage')}`;
}

function following(instances: readonly InstanceStatus[]): string {
  return instances.length === 0 ? 'no instance' : instances.map(({ client, role }) => `${client} (${role})`).join(', ');
}

function condition({ hold, pendingChanges }: Pick<StatusAnswer, 'hold' | 'pendingChanges'>): string {
  if (hold === null) return pendingChanges === 0 ? 'no hold, nothing pending' : count(pendingChanges, 'pending change');
  return pendingChanges === 0 ? held(hold) : `${held(hold)}; ${count(pendingChanges, 'pending change')}`;
}

function held({ rolledBackTo, by, since }: HoldState): string {
  return `on hold at generation ${rolledBackTo}, by ${by} since ${since}`;
}
