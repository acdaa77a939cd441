import { Command } from 'commander';
import type { StatusAnswer } from '../../search/index.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { byteSize, count } from '../quantities.js';
import { stdoutStyle } from '../style.js';
import { textTable } from '../text-table.js';
import { withIndex } from '../with-index.js';

/** `snapdex status`: what the index holds, who uses it and what is wrong with it. */
export function statusCommand(): Command {
  const command = new Command('status').description(
    'Show what the index holds, whether it is current, and who uses it.',
  );
  return addProjectOptions(command).action(async (options: ProjectOptions) => {
    const status = await withIndex({
      options,
      mode: 'read',
      command: 'status',
      work: ({ index }) => index.status(),
    });
    printAnswer(status, { isJson: options.json === true, render: renderStatus });
  });
}

function renderStatus(status: StatusAnswer): string {
  const facts: [string, string][] = [
    ['root', status.root],
    ['index', `${status.indexPath} (${byteSize(status.sizeBytes)}, ${status.fileSystem}, ${status.coordinationMode})`],
    ['holds', `${count(status.documents, 'document')} in ${count(status.chunks, 'passage')}`],
    [
      'generation',
      `${status.generation} (${count(status.generations, 'generation')} kept, ${count(status.segments, 'segment')})`,
    ],
    ['state', state(status)],
  ];
  const parts = [
    textTable(
      facts.map(([name, value]) => [stdoutStyle('bold', name), value]),
      ['left', 'left'],
    ),
  ];
  if (status.instances.length > 0) parts.push(renderInstances(status.instances));
  if (status.problems.length > 0) parts.push(renderProblems(status.problems));
  return parts.join('\n\n');
}

function state(status: StatusAnswer): string {
  if (status.hold !== null) {
    const { rolledBackTo, by, since } = status.hold;
    return stdoutStyle(
      'yellow',
      `on hold at generation ${rolledBackTo}, by ${by} since ${since}; "snapdex resume" ends it`,
    );
  }
  if (status.indexing) return stdoutStyle('yellow', `indexing, ${count(status.pendingChanges, 'change')} pending`);
  if (status.generation === 0) return stdoutStyle('yellow', 'nothing is indexed yet: run "snapdex index"');
  if (status.stale)
    return stdoutStyle('yellow', `may be behind the files, ${count(status.pendingChanges, 'change')} pending`);
  return stdoutStyle('green', 'current');
}

function renderInstances(instances: StatusAnswer['instances']): string {
  const rows = instances.map(({ pid, host, client, role }) => [String(pid), role, client, host]);
  return textTable([['PID', 'ROLE', 'CLIENT', 'HOST'], ...rows], ['right', 'left', 'left', 'left']);
}

function renderProblems(problems: StatusAnswer['problems']): string {
  return problems
    .map(({ code, message, remedy }) => `${stdoutStyle('yellow', 'problem:')} ${message} (${code})\n  ${remedy}`)
    .join('\n');
}
