import { ApiProblem } from './api.js';
import { element, replaceContent, requireElement } from './element.js';

/** Does `action`; what fails is told on the page. */
export async function telling(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    tellProblem(error);
  }
}

/** Tells what failed, and what to do about it, until it is dismissed or something else is told. */
export function tellProblem(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ApiProblem ? error.code : 'INTERNAL_ERROR';
  const remedy = error instanceof ApiProblem ? error.remedy : '';
  show('problem', element('strong', {}, code), ` ${message}. ${remedy}`);
}

/** Takes away a problem that concerned what is no longer shown. */
export function forgetProblem(): void {
  const notice = requireElement('notice');
  if (notice.querySelector('.problem') !== null) replaceContent(notice);
}

/** Tells what was done. */
export function tellDone(message: string): void {
  show('done', message);
}

function show(kind: 'problem' | 'done', ...content: readonly (Node | string)[]): void {
  const notice = requireElement('notice');
  const dismiss = element(
    'button',
    { type: 'button', class: 'quiet', onclick: () => replaceContent(notice) },
    'Dismiss',
  );
  replaceContent(notice, element('p', { class: kind }, element('span', {}, ...content), dismiss));
}
