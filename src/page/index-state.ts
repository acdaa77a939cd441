import type { HoldState, LiveAnswer } from 'snapdex/search';
import { change } from './api.js';
import { confirmed } from './confirmation.js';
import { element, replaceContent, requireElement } from './element.js';
import { tellDone, telling } from './notice.js';
import { age, count } from './quantities.js';

/** Shows in the head of the page how the index is, and a hold above everything else. */
export function showState(state: LiveAnswer): void {
  const { generation, documents, instances } = state;
  const { kind, words } = conditionOf(state);
  replaceContent(
    requireElement('state'),
    element('span', { class: `condition ${kind}` }, words),
    element('span', {}, generation === 0 ? 'no generation' : `generation ${generation}`),
    element('span', {}, count(documents, 'document')),
    element('span', {}, count(instances.length, 'instance')),
  );
  showHold(state.hold);
}

/** Shows there why nothing is known. */
export function showProblem(words: string, reason: string): void {
  replaceContent(
    requireElement('state'),
    element('span', { class: 'condition bad', title: reason }, words),
    element('span', {}, reason),
  );
}

function conditionOf({ indexing, hold, pendingChanges, stale }: LiveAnswer): { kind: string; words: string } {
  if (hold !== null) return { kind: 'held', words: 'on hold' };
  if (indexing) return { kind: 'busy', words: 'indexing' };
  if (pendingChanges > 0) return { kind: 'busy', words: count(pendingChanges, 'change') };
  return stale ? { kind: 'busy', words: 'behind the files' } : { kind: 'good', words: 'current' };
}

function showHold(hold: HoldState | null): void {
  const place = requireElement('hold');
  if (hold === null) {
    replaceContent(place);
    return;
  }
  replaceContent(
    place,
    element(
      'section',
      { class: 'hold', 'aria-label': 'Hold' },
      element(
        'p',
        {},
        element('strong', {}, `On hold at the content of generation ${hold.rolledBackTo}`),
        ` since `,
        age(hold.since),
        `, by ${hold.by}. Changes of files are not indexed.`,
      ),
      element('button', { id: 'resume', type: 'button', onclick: () => void telling(resume) }, 'Resume…'),
    ),
  );
}

async function resume(): Promise<void> {
  const answer = await confirmed({
    title: 'Resume indexing?',
    text: ['The hold ends for every instance: the index is brought up to date with the files and follows them again.'],
    action: 'Resume',
  });
  if (answer === undefined) return;
  const { resumed } = await change('resume');
  tellDone(resumed ? 'The hold has ended: the index follows the files again.' : 'There was no hold any more.');
}
