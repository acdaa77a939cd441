import { describe, expect, it } from 'vitest';
import { DEFAULT_INCLUDE, findPatternFault } from '../../../dist/search/index.js';

describe('a glob pattern', () => {
  it.each([
    ...DEFAULT_INCLUDE,
    '**/{a,b}/*.{md,mdx}',
    'docs/{1..20}/**',
    '**/{a..z}*/*.test.*.md',
    '!(drafts)/**',
    '[a-z]*.md',
    '[]{]*.md',
    '\\[draft\\{/*.md',
    'notes/{a,[bc]}}.md',
  ])('may be %s', (pattern) => {
    expect(findPatternFault(pattern)).toBeUndefined();
  });

  it.each([
    `${'*a'.repeat(25)}*b`,
    '{a,b}'.repeat(24),
    '{1..100000000}',
    '{{a,b},{c,d}}'.repeat(6),
    '+(a|aa)b',
    '**/*(a|aa)',
    'a'.repeat(501),
  ])('may not be %s, which takes too long to match or to expand', (pattern) => {
    expect(findPatternFault(pattern)).toEqual(expect.any(String));
  });

  it.each(['[', 'notes/[draft/*.md', '**/*.{md,mdx', '{a,{b}/*.md'])(
    'may not be %s, which nothing closes',
    (pattern) => {
      expect(findPatternFault(pattern)).toMatch(/^has a "[[{]" without/);
    },
  );
});
