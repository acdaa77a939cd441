import { Command, Option } from 'commander';
import { ServerError } from '../../server/index.js';
import {
  type ExportOptions,
  type ExportResult,
  exportSnapshot,
  findGeneration,
  isS3Location,
} from '../../store/index.js';
import { generationWord, openChosen } from '../generation-choice.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { byteSize, count } from '../quantities.js';
import { type OpenedStore, withStore } from '../with-store.js';

interface ExportCommandOptions extends ProjectOptions {
  readonly generation?: string;
  readonly tag?: string;
  readonly links?: boolean;
  readonly copy?: boolean;
}

/** `snapdex export`: one generation as a complete index in another directory. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description(
      'Make a complete index of one generation in another directory: to back it up, move it, or open it elsewhere ' +
        '(--index-path). Files are cloned where the file system can, else linked, else copied.',
    )
    .argument('<target>', 'a directory that does not exist or is empty')
    .addOption(
      new Option('--generation <generation>', 'which generation, by number, tag or time; default the newest')
        .argParser(generationWord)
        .conflicts('tag'),
    )
    .option('--tag <tag>', 'the generation of that tag')
    .addOption(new Option('--links', 'fail rather than copy bytes').conflicts('copy'))
    .option('--copy', 'copy every byte, so that the copy shares nothing with the index');
  return addProjectOptions(command).action(async (target: string, options: ExportCommandOptions) => {
    if (isS3Location(target)) throw notToS3(target);
    const answer = await withStore({
      options,
      mode: 'keep',
      command: 'export',
      work: (opened) => exportTo(target, options, opened),
    });
    printAnswer(answer, { isJson: options.json === true, render: renderExport });
  });
}

async function exportTo(
  target: string,
  { generation, tag, links, copy }: ExportCommandOptions,
  opened: OpenedStore,
): Promise<ExportResult> {
  const { store, progress, signal } = opened;
  const wanted = tag ?? generation;
  await using snapshot = await openChosen(
    opened,
    wanted === undefined ? undefined : await findGeneration(store, wanted),
  );
  const method: NonNullable<ExportOptions['method']> = copy === true ? 'copy' : links === true ? 'links' : 'cheapest';
  return await exportSnapshot(snapshot, target, {
    method,
    signal,
    onProgress: ({ done, total }) => progress.show({ phase: 'exporting', done, total }),
  });
}

function notToS3(target: string): ServerError {
  return new ServerError('USAGE', `export to ${target}: a generation is exported to a local directory`, {
    remedy: 'To make an index there, run `snapdex index --index-path` with that address.',
    isCommandLine: true,
  });
}

function renderExport(result: ExportResult): string {
  const { target, generation, filesPath, files, sizeBytes, cloned, linked, copied, copiedBytes } = result;
  const ways = [
    ...(cloned > 0 ? [`${cloned} cloned`] : []),
    ...(linked > 0 ? [`${linked} linked`] : []),
    ...(copied > 0 ? [`${copied} copied (${byteSize(copiedBytes)})`] : []),
  ];
  const made = `exported generation ${generation} to ${target}: ${count(files, 'file')}, ${byteSize(sizeBytes)}`;
  return `${made}; ${ways.join(', ')}\nits files are in ${filesPath}`;
}
