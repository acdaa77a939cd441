import type { GenerationSummary } from 'snapdex/search';
import { ask, change } from '../api.js';
import { confirmed } from '../confirmation.js';
import { element } from '../element.js';
import { tellDone } from '../notice.js';
import { age } from '../quantities.js';
import { summaryOf } from './comparison.js';

/** Asks whether to roll back, saying what that changes, and does it. @throws ApiProblem */
export async function confirmRollback({ generation, createdAt }: GenerationSummary): Promise<void> {
  const { generation: newest } = await ask('status');
  const { counts } = await ask('compare', { from: newest, to: generation, limit: 1 });
  const reason = await confirmed({
    title: `Roll back to generation ${generation}?`,
    text: [
      element(
        'span',
        {},
        `Every instance answers from the content of generation ${generation} again, which was made `,
        age(createdAt),
        '.',
      ),
      element('span', {}, `Against generation ${newest}: `, summaryOf(counts), '.'),
      'Files are not touched and nothing is lost. The index is then on hold: it follows the files again when you resume.',
    ],
    action: 'Roll back',
    field: { label: 'Reason, for the history', isRequired: false },
  });
  if (reason === undefined) return;
  const answer = await change('rollback', { generation, ...(reason === '' ? {} : { reason }) });
  tellDone(
    `Generation ${answer.generation} has the content of generation ${answer.rolledBackTo}. The index is on hold.`,
  );
}
