import { Command } from 'commander';
import type { VerifyAnswer } from '../../search/index.js';
import { isS3Location } from '../../store/index.js';
import { EXIT_FAILED } from '../exit-codes.js';
import { REMEDY_ON_S3 } from '../health-findings.js';
import { printAnswer } from '../print-answer.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { count } from '../quantities.js';
import { stdoutStyle } from '../style.js';
import { withStore } from '../with-store.js';

/** `snapdex verify`: reads and checks every file of the index; exit code 1 if something is wrong. */
export function verifyCommand(): Command {
  const command = new Command('verify').description(
    'Read every file of the index and check it. Changes nothing. Ends with 1 if something is wrong.',
  );
  return addProjectOptions(command).action(async (options: ProjectOptions) => {
    let isOnS3 = false;
    const { answerVerified } = await import('../../search/index.js');
    const answer = await withStore({
      options,
      mode: 'read',
      command: 'verify',
      work: async ({ store, progress }) => {
        isOnS3 = isS3Location(store.describe().location);
        await progress.prepare();
        return answerVerified(
          await store.verify({
            onProgress: ({ done, total }) => progress.show({ phase: 'verifying', done, total }),
          }),
        );
      },
    });
    const advice = isOnS3 ? REMEDY_ON_S3 : '"snapdex repair --dry-run" shows what can be done about it';
    printAnswer(answer, { isJson: options.json === true, render: (found) => renderVerified(found, advice) });
    if (!answer.ok) process.exitCode = EXIT_FAILED;
  });
}

function renderVerified({ ok, generation, filesChecked, problems, notes }: VerifyAnswer, advice: string): string {
  const checked = `${count(filesChecked, 'file')} checked`;
  const lines = notes.map(({ message }) => stdoutStyle('dim', `  note: ${message}`));
  if (ok) return [`${stdoutStyle('green', 'ok')}: generation ${generation}, ${checked}`, ...lines].join('\n');
  // Any generation may be the damaged one.
  const newest = generation === 0 ? 'no generation' : `newest: generation ${generation}`;
  return [
    `${stdoutStyle('red', 'damaged')} (${newest}), ${checked}`,
    ...problems.map((problem) => `  ${problem}`),
    ...lines,
    advice,
  ].join('\n');
}
