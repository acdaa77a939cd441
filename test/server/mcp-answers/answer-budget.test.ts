import { describe, expect, it } from 'vitest';
import { ANSWER_BUDGET_TOKENS, answerWithinBudget } from '../../../dist/server/tools/answer-budget.js';
import { estimateTokens } from '../../../dist/server/tools/token-estimate.js';
import { TEXT_OF_KIND } from '../real-tokens.js';

describe('an answer within the budget', () => {
  it('is asked for once if it fits', async () => {
    const asked: number[] = [];
    const { limit } = await answerWithinBudget(50, page(10, asked), String);
    expect([limit, asked]).toEqual([50, [50]]);
  });

  it('has fewer entries if it would be too long, and as few questions as it takes', async () => {
    const asked: number[] = [];
    const { answer, limit } = await answerWithinBudget(50, page(2000, asked), String);
    expect(estimateTokens(JSON.stringify(answer))).toBeLessThanOrEqual(ANSWER_BUDGET_TOKENS);
    expect(limit).toBeGreaterThan(8);
    expect(asked.length).toBe(2);
  });

  it('has one entry at the least, which is shortened until it fits', async () => {
    const { answer, limit, text } = await answerWithinBudget(50, page(200_000, []), String);
    expect([limit, answer.length]).toEqual([1, 1]);
    expect(Math.max(estimateTokens(JSON.stringify(answer)), estimateTokens(text))).toBeLessThanOrEqual(8000);
    expect(answer[0]).toMatch(/^x{5000}x*…$/);
  });

  it('keeps what the next call needs as it is', async () => {
    const entry = { path: 'p'.repeat(3000), snippet: TEXT_OF_KIND.chinese?.repeat(200), nextCursor: 'c'.repeat(300) };
    const { answer } = await answerWithinBudget(1, async () => entry, JSON.stringify);
    expect(answer).toMatchObject({ path: entry.path, nextCursor: entry.nextCursor });
    expect(estimateTokens(JSON.stringify(answer))).toBeLessThanOrEqual(ANSWER_BUDGET_TOKENS);
  });

  it('has no title, heading or anchor of more than 200 characters', async () => {
    const long = `${'a'.repeat(198)}😀${'b'.repeat(1000)}`;
    const entry = { title: long, headingPath: ['Top', long], anchor: long, snippet: long };
    const { answer } = await answerWithinBudget(1, async () => entry, JSON.stringify);
    const short = `${'a'.repeat(198)}…`;
    expect(answer).toEqual({ title: short, headingPath: ['Top', short], anchor: short, snippet: long });
  });

  it('is measured by its text as well', async () => {
    const { text } = await answerWithinBudget(50, page(10, []), (entries) => 'x'.repeat(entries.length * 1000));
    expect(estimateTokens(text)).toBeLessThanOrEqual(ANSWER_BUDGET_TOKENS);
  });
});

function page(entryLength: number, asked: number[]): (limit: number) => Promise<readonly string[]> {
  return async (limit) => {
    asked.push(limit);
    return Array.from({ length: limit }, () => 'x'.repeat(entryLength));
  };
}
