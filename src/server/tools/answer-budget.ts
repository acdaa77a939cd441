import { harmlessAnswer } from '../harmless-text.js';
import { withShortNames, withShortTexts } from './short-names.js';
import { estimateTokens } from './token-estimate.js';

/**
 * Most tokens in one answer, as far as they can be told, in its text as well as in its JSON; it leaves room for more
 * than one answer in a small context window.
 */
export const ANSWER_BUDGET_TOKENS = 8000;

/** An entry that alone is too long has its texts cut to this many characters, then to half of it, and so on. */
const LONGEST_TEXT = 16_000;
const SHORTEST_TEXT = 100;

interface RenderedAnswer<T> {
  readonly answer: T;
  readonly text: string;
  readonly limit: number;
}

/**
 * The largest answer of at most `limit` entries that stays within the budget. A page that is too long is asked for
 * again with fewer entries, so that the cursor to go on with is the index's own; one entry that is too long is shortened.
 */
export async function answerWithinBudget<T>(
  limit: number,
  ask: (limit: number) => Promise<T>,
  render: (answer: T) => string,
): Promise<RenderedAnswer<T>> {
  for (let entries = limit; ; ) {
    const answer = withShortNames(await ask(entries));
    const text = render(harmlessAnswer(answer));
    const tokens = tokensOf(answer, text);
    if (tokens <= ANSWER_BUDGET_TOKENS) return { answer, text, limit: entries };
    if (entries <= 1) return { ...shortenedEntry(answer, render), limit: entries };
    // Entries differ in length, so aim a tenth below what the average suggests.
    entries = Math.max(1, Math.min(entries - 1, Math.floor((entries * ANSWER_BUDGET_TOKENS * 0.9) / tokens)));
  }
}

function shortenedEntry<T>(answer: T, render: (answer: T) => string): Omit<RenderedAnswer<T>, 'limit'> {
  for (let longest = LONGEST_TEXT; ; longest /= 2) {
    const short = withShortTexts(answer, longest);
    const text = render(harmlessAnswer(short));
    const isShortest = longest <= SHORTEST_TEXT;
    if (isShortest || tokensOf(short, text) <= ANSWER_BUDGET_TOKENS) return { answer: short, text };
  }
}

function tokensOf(answer: unknown, text: string): number {
  return Math.max(estimateTokens(text), estimateTokens(JSON.stringify(answer)));
}
