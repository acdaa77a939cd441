import { Command } from 'commander';
import { ServerError } from '../../server/index.js';
import type { DoneStep, RepairResult } from '../../store/index.js';
import { EXIT_FAILED } from '../exit-codes.js';
import { printProblem, storeWarning } from '../failure.js';
import { REMEDY_ON_S3 } from '../health-findings.js';
import { printAnswer } from '../print-answer.js';
import { ProgressLine } from '../progress-line.js';
import { projectConfiguration } from '../project-configuration.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { count } from '../quantities.js';
import { stdoutStyle } from '../style.js';

interface RepairCommandOptions extends ProjectOptions {
  readonly dryRun?: boolean;
}

/** `snapdex repair`: puts a damaged index in order; exit code 1 if something is left that only a person can decide. */
export function repairCommand(): Command {
  const command = new Command('repair')
    .description(
      'Put a damaged index in order: answer from the newest complete generation, and move what is damaged or in the ' +
        'way to its folder "damaged". Nothing is deleted. Nobody else may have the index open.',
    )
    .option('--dry-run', 'only show what would be done; the index may be in use');
  return addProjectOptions(command).action(async (options: RepairCommandOptions) => {
    const isJson = options.json === true;
    const result = await repair(options, isJson);
    printAnswer(result, { isJson, render: renderRepair });
    if (!result.ok) process.exitCode = EXIT_FAILED;
  });
}

async function repair(options: RepairCommandOptions, isJson: boolean): Promise<RepairResult> {
  const configuration = await projectConfiguration(options);
  const { indexPath, lockTimeoutMs } = configuration;
  const { requireNotReadOnly } = await import('../../search/index.js');
  if (options.dryRun !== true) requireNotReadOnly(configuration);
  const { isS3Location, SnapshotStore } = await import('../../store/index.js');
  if (isS3Location(indexPath) && options.dryRun !== true) throw notOnS3(indexPath);
  const progress = new ProgressLine({ isJson });
  await progress.prepare();
  try {
    return await SnapshotStore.repair(indexPath, {
      lockTimeoutMs,
      client: 'snapdex repair',
      dryRun: options.dryRun === true,
      onProgress: ({ done, total }) => progress.show({ phase: 'checking', done, total }),
      onWarning: (message) => {
        progress.clear();
        printProblem('warning', storeWarning(message), { isJson });
      },
    });
  } finally {
    progress.clear();
  }
}

function notOnS3(indexPath: string): ServerError {
  return new ServerError('USAGE', `repair: ${indexPath}: only an index in a local folder is repaired`, {
    remedy: `\`snapdex repair --dry-run\` shows what is damaged. ${REMEDY_ON_S3}`,
  });
}

function renderRepair({ ok, generation, dryRun, steps, remaining }: RepairResult): string {
  const lines = steps.map((step) => `  ${describe(step)}`);
  if (steps.length > 0) lines.unshift(dryRun ? 'would repair:' : 'repaired:');
  if (ok && steps.length === 0)
    lines.push(`${stdoutStyle('green', 'ok')}: nothing to repair, generation ${generation}`);
  else if (ok && !dryRun && generation > 0)
    lines.push(`${stdoutStyle('green', 'ok')}: generation ${generation} answers now`);
  const hint = dryRun ? undefined : whatToDoNext({ generation, steps });
  if (hint !== undefined) lines.push(hint);
  if (remaining.length > 0) lines.push(renderRemaining(remaining, dryRun));
  return lines.join('\n');
}

function whatToDoNext({ generation, steps }: Pick<RepairResult, 'generation' | 'steps'>): string | undefined {
  if (steps.some(({ action }) => action === 'finishDestroy')) return undefined;
  if (generation === 0) return 'the index is empty: "snapdex index", or a server, makes it from the documents';
  const isRestored = steps.some(({ action }) => action === 'recover');
  return isRestored ? '"snapdex index", or a server, brings it up to date with the documents' : undefined;
}

function renderRemaining(remaining: RepairResult['remaining'], dryRun: boolean): string {
  const verb = dryRun ? 'would be' : remaining.length === 1 ? 'is' : 'are';
  const head = `${count(remaining.length, 'problem')} ${verb} left, which only you can decide about:`;
  return [
    stdoutStyle('red', head),
    ...remaining.map(({ message }) => `  ${message}`),
    'a tagged generation is set aside once its tag is removed; while no generation is complete, none is set aside:',
    '`snapdex index` makes a complete one from the documents, and repairing again then puts the rest in order',
  ].join('\n');
}

function describe(step: DoneStep): string {
  const place = step.movedTo === undefined ? '' : ` → ${step.movedTo}`;
  switch (step.action) {
    case 'recover': {
      const what = step.from === undefined ? 'nothing, for nothing can be read' : `generation ${step.from}`;
      return `commit generation ${step.generation} with the content of ${what} (${step.why})`;
    }
    case 'setAside':
      return `set generation ${step.generation} aside${place} (${step.why})`;
    case 'moveAside':
      return `move ${step.path} aside${place} (${step.why})`;
    case 'finishDestroy':
      return `delete the rest of the index (${step.why})`;
    case 'writeCurrent':
      return `write CURRENT anew: generation ${step.generation} (${step.why})`;
  }
}
