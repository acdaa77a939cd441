import { element } from './element.js';

/** What is asked before something is done. */
export interface Confirmation {
  readonly title: string;
  readonly text: readonly (string | Node)[];
  /** What the button that does it says. */
  readonly action: string;
  /** A line to be filled in. */
  readonly field?: {
    readonly label: string;
    readonly isRequired: boolean;
    readonly pattern?: string;
    readonly hint?: string;
  };
}

/**
 * Asks a person, in a dialog that the Escape key closes. What was filled in (`''` without a field) if they agree, else
 * undefined; the focus then goes back to where it was.
 */
export function confirmed({ title, text, action, field }: Confirmation): Promise<string | undefined> {
  const input = element('input', {
    id: 'confirmation-field',
    type: 'text',
    autocomplete: 'off',
    required: field?.isRequired ?? false,
    pattern: field?.pattern,
    'aria-describedby': field?.hint === undefined ? undefined : 'confirmation-hint',
  });
  const cancel = element('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Cancel');
  const form = element(
    'form',
    { method: 'dialog' },
    element('h2', { id: 'confirmation-title' }, title),
    ...text.map((part) => element('p', {}, part)),
    ...(field === undefined ? [] : [element('label', { for: input.id }, field.label), input]),
    field?.hint === undefined ? undefined : element('p', { id: 'confirmation-hint', class: 'hint' }, field.hint),
    element('div', { class: 'buttons' }, cancel, element('button', { value: 'yes', class: 'primary' }, action)),
  );
  const dialog = element('dialog', { 'aria-labelledby': 'confirmation-title' }, form);
  document.body.append(dialog);
  dialog.showModal();
  // Nothing is done by an Enter that was meant for something else.
  (field === undefined ? cancel : input).focus();
  const leave = (): void => dialog.close();
  window.addEventListener('hashchange', leave);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      window.removeEventListener('hashchange', leave);
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? input.value.trim() : undefined);
    });
  });
}
