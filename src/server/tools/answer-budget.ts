import { harmlessAnswer } from '../harmless-text.js';

/**
 * Most characters in one answer, in its text as well as in its JSON: about 8,000 tokens at four characters a token,
 * which leaves room for more than one answer in a small context window.
 */
export const ANSWER_BUDGET_CHARACTERS = 32_000;

/**
 * The largest answer of at most `limit` entries that stays within the budget. A page that is too long is asked for
 * again with fewer entries, so that the cursor to go on with is the index's own.
 */
export async function answerWithinBudget<T>(
  limit: number,
  ask: (limit: number) => Promise<T>,
  render: (answer: T) => string,
): Promise<{ readonly answer: T; readonly text: string; readonly limit: number }> {
  for (let entries = limit; ; ) {
    const answer = await ask(entries);
    const text = render(harmlessAnswer(answer));
    const length = Math.max(text.length, JSON.stringify(answer).length);
    if (length <= ANSWER_BUDGET_CHARACTERS || entries <= 1) return { answer, text, limit: entries };
    // Entries differ in length, so aim a tenth below what the average suggests.
    entries = Math.max(1, Math.min(entries - 1, Math.floor((entries * ANSWER_BUDGET_CHARACTERS * 0.9) / length)));
  }
}
