import { describe, expect, it } from 'vitest';
import { ANSWER_BUDGET_CHARACTERS, answerWithinBudget } from '../../../dist/server/tools/answer-budget.js';

describe('an answer within the budget', () => {
  it('is asked for once if it fits', async () => {
    const asked: number[] = [];
    const { limit } = await answerWithinBudget(50, page(10, asked), String);
    expect([limit, asked]).toEqual([50, [50]]);
  });

  it('has fewer entries if it would be too long, and as few questions as it takes', async () => {
    const asked: number[] = [];
    const { answer, limit } = await answerWithinBudget(50, page(2000, asked), String);
    expect(JSON.stringify(answer).length).toBeLessThanOrEqual(ANSWER_BUDGET_CHARACTERS);
    expect(limit).toBeGreaterThan(10);
    expect(asked.length).toBe(2);
  });

  it('has one entry at the least', async () => {
    const { answer, limit } = await answerWithinBudget(50, page(100_000, []), String);
    expect([limit, answer.length]).toEqual([1, 1]);
  });

  it('is measured by its text as well', async () => {
    const { text } = await answerWithinBudget(50, page(10, []), (entries) => 'x'.repeat(entries.length * 1000));
    expect(text.length).toBeLessThanOrEqual(ANSWER_BUDGET_CHARACTERS);
  });
});

function page(entryLength: number, asked: number[]): (limit: number) => Promise<readonly string[]> {
  return async (limit) => {
    asked.push(limit);
    return Array.from({ length: limit }, () => 'x'.repeat(entryLength));
  };
}
