import { describe, expect, it } from 'vitest';
import { estimateTokens, firstTokens } from '../../../dist/server/tools/token-estimate.js';
import { realTokens, TEXT_OF_KIND } from '../real-tokens.js';

const KINDS = Object.entries(TEXT_OF_KIND);

describe('an estimate of tokens', () => {
  it.each(KINDS)('is hardly ever below what a tokenizer counts: %s', (_, text) => {
    expect(estimateTokens(text)).toBeGreaterThan(realTokens(text) * 0.97);
  });

  it.each(['english', 'code', 'json', 'chinese'])('is not far above it: %s', (kind) => {
    const text = TEXT_OF_KIND[kind] ?? '';
    expect(estimateTokens(text)).toBeLessThan(realTokens(text) * 1.6);
  });

  it('counts nothing where there is nothing', () => {
    expect(estimateTokens('')).toBe(0);
  });
});

describe('the beginning of a text', () => {
  it.each(KINDS)('has as many tokens as were asked for, and hardly fewer: %s', (_, text) => {
    const start = firstTokens(text.repeat(4), 80);
    expect(text.repeat(4).startsWith(start)).toBe(true);
    expect(estimateTokens(start)).toBeLessThanOrEqual(80);
    expect(estimateTokens(start)).toBeGreaterThan(50);
  });

  it('is all of it if that is short', () => {
    expect(firstTokens('as it is', 80)).toBe('as it is');
  });

  it('ends within a run of one sign, and not within a character', () => {
    expect(firstTokens('x'.repeat(10_000), 80).length).toBeGreaterThan(100);
    expect(firstTokens('😀'.repeat(100), 81).isWellFormed()).toBe(true);
  });
});
