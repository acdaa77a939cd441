import { Command } from 'commander';
import type { StatusAnswer } from '../../search/index.js';
import { harmlessLine } from '../../server/index.js';
import { emptinessNote } from '../emptiness.js';
import { generationWord } from '../generation-choice.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { byteSize, count } from '../quantities.js';
import { stdoutStyle } from '../style.js';
import { textTable } from '../text-table.js';
import { withIndex } from '../with-index.js';

interface StatusOptions extends ProjectOptions {
  readonly asOf?: string;
}

/** `snapdex status`: what the index holds, who uses it and what is wrong with it. */
export function statusCommand(): Command {
  const command = new Command('status').description(
    'Show what the index holds, whether it is current, and who uses it.',
  );
  command.option('--as-of <generation>', 'what an earlier one held: its number, a tag, or a time', generationWord);
  return addProjectOptions(command).action(async (options: StatusOptions) => {
    const isJson = options.json === true;
    const { status, emptiness } = await withIndex({
      options,
      mode: 'read',
      command: 'status',
      work: async ({ index, configuration }) => {
        const answer = await index.status({
          checkEmbedder: true,
          ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
        });
        const isEmpty = answer.generation === 0 && !isJson;
        return { status: answer, emptiness: isEmpty ? await emptinessNote(configuration) : '' };
      },
      listedIn: ({ status: { problems } }) => problems,
    });
    printAnswer(status, { isJson, render: (answer) => renderStatus(answer, harmlessLine(emptiness)) });
  });
}

function renderStatus(status: StatusAnswer, emptiness: string): string {
  const facts: [string, string][] = [
    ['root', status.root],
    ['index', place(status)],
    ['holds', `${count(status.documents, 'document')} in ${count(status.chunks, 'passage')}`],
    [
      'generation',
      `${status.generation} (${count(status.generations, 'generation')} kept, ${count(status.segments, 'segment')})`,
    ],
    ['vectors', vectors(status.embedding)],
    ['state', state(status, emptiness)],
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

function place({ indexPath, sizeBytes, fileSystem, coordinationMode }: StatusAnswer): string {
  // Only where there is no store yet is nothing known of its file system.
  if (sizeBytes === 0 && fileSystem === 'unknown') return `${indexPath} (not there yet)`;
  return `${indexPath} (${byteSize(sizeBytes)}, ${fileSystem}, ${coordinationMode})`;
}

function state(status: StatusAnswer, emptiness: string): string {
  if (status.asOf !== undefined) {
    return stdoutStyle(
      'yellow',
      `as it was at ${status.asOf.createdAt}; the newest generation is ${status.asOf.newest}`,
    );
  }
  if (status.hold !== null) {
    const { rolledBackTo, by, since } = status.hold;
    const pending = status.pendingChanges === 0 ? '' : `, ${count(status.pendingChanges, 'change')} pending`;
    return stdoutStyle(
      'yellow',
      `on hold at generation ${rolledBackTo}, by ${by} since ${since}${pending}; "snapdex resume" ends it`,
    );
  }
  if (status.indexing) return stdoutStyle('yellow', `indexing, ${count(status.pendingChanges, 'change')} pending`);
  if (status.generation === 0) return stdoutStyle('yellow', emptiness);
  if (status.stale)
    return stdoutStyle('yellow', `may be behind the files, ${count(status.pendingChanges, 'change')} pending`);
  return stdoutStyle('green', 'current');
}

function vectors({ embedder, id, embedded, missing, embedding }: StatusAnswer['embedding']): string {
  if (id === null) return stdoutStyle('yellow', `${embedder}: none, it could not be loaded`);
  const done = `${id}, ${count(embedded, 'passage')} embedded`;
  if (missing === 0) return done;
  return stdoutStyle('yellow', `${done}, ${missing.toLocaleString('en-US')} not yet${embedding ? ' (under way)' : ''}`);
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
