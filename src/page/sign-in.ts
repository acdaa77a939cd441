/** The form that stands in the place of the page where a token is asked for and the browser is not signed in. */
import { signIn } from './api.js';
import { requireElement } from './element.js';

const token = requireElement('token');

requireElement('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
token.focus();

async function submit(): Promise<void> {
  if (!(token instanceof HTMLInputElement)) return;
  const problem = requireElement('problem');
  try {
    await signIn(token.value.trim());
    // The same address now answers with the page, at the view that it names.
    location.reload();
  } catch (error) {
    problem.textContent = error instanceof Error ? `${error.message}.` : String(error);
    token.select();
  }
}
