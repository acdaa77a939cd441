import { describe, expect, it } from 'vitest';
import { harmlessAnswer, harmlessLine, harmlessText } from '../../../dist/server/harmless-text.js';

const character = (code: number): string => String.fromCharCode(code);
const STEERING = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, offset) => 0x7f + offset),
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
];

describe('harmless text', () => {
  it('has none of the characters that steer a terminal, each made visible', () => {
    for (const code of STEERING) {
      const line = harmlessLine(`a${character(code)}b`);
      expect(line).toMatch(/^a\\(?:u[0-9a-f]{4}|[nrt])b$/);
      expect(harmlessLine(line)).toBe(line);
    }
  });

  it('of several lines keeps their ends and tabs', () => {
    expect(harmlessText('a\r\n\tb\n')).toBe('a\r\n\tb\n');
    expect(harmlessText('a\rb')).toBe('a\\u000db');
  });

  it('leaves all other characters alone', () => {
    const text = 'größe 日本語 🎉 e\u0301 \u200f\u00a0\u2028';
    expect(harmlessLine(text)).toBe(text);
  });

  it('is made of every text of an answer; only passages of documents keep their lines', () => {
    const answer = {
      path: 'a\nb',
      snippet: 'a\nb\u001b',
      tags: ['\u001b'],
      hold: null,
      size: 1,
      deep: { by: '\u202e' },
    };
    expect(harmlessAnswer(answer)).toEqual({
      path: 'a\\nb',
      snippet: 'a\nb\\u001b',
      tags: ['\\u001b'],
      hold: null,
      size: 1,
      deep: { by: '\\u202e' },
    });
  });
});
