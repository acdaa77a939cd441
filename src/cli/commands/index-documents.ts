import { Command } from 'commander';
import type { ProjectIndex } from '../../search/index.js';
import { type Configuration, harmlessLine } from '../../server/index.js';
import { noDocumentsNote } from '../emptiness.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { count } from '../quantities.js';
import { withIndex } from '../with-index.js';

type Indexed = Awaited<ReturnType<ProjectIndex['indexNow']>>;

/** `snapdex index`: brings the index up to date with the files, then ends. */
export function indexCommand(): Command {
  const command = new Command('index').description(
    'Index what has changed since the last time, then end. Servers that run at the same time see the result.',
  );
  return addProjectOptions(command).action(async (options: ProjectOptions) => {
    await withIndex({
      options,
      mode: 'once',
      command: 'index',
      work: async ({ index, configuration }, progress) => {
        const outcome = await index.indexNow();
        const { total } = await index.list({ limit: 1 });
        progress.clear();
        printAnswer(outcome, {
          isJson: options.json === true,
          render: (indexed) => renderIndexed(indexed, configuration, total),
        });
      },
    });
  });
}

function renderIndexed(indexed: Indexed, configuration: Configuration, documents: number): string {
  const { generation, added, changed, removed, skipped, embedded, withoutVectors } = indexed;
  const root = harmlessLine(configuration.root);
  const isUnchanged = added + changed + removed === 0;
  const isEmpty = documents + skipped === 0;
  if (isUnchanged && isEmpty) return harmlessLine(noDocumentsNote(configuration));
  const embeddedNote = embedded === 0 ? '' : `, ${count(embedded, 'passage')} embedded`;
  const origin = `(generation ${generation}${skippedNote(skipped)}${vectorNote(withoutVectors)})`;
  if (isUnchanged) return `nothing has changed in ${root}${embeddedNote} ${origin}`;
  const done = `indexed ${root}: ${added} added, ${changed} changed, ${removed} removed${embeddedNote} ${origin}`;
  return isEmpty ? `${done}\n${harmlessLine(noDocumentsNote(configuration))}` : done;
}

function vectorNote(withoutVectors: number): string {
  return withoutVectors === 0 ? '' : `, ${count(withoutVectors, 'passage')} without vectors`;
}

function skippedNote(skipped: number): string {
  return skipped === 0 ? '' : `, ${count(skipped, 'file')} skipped`;
}
