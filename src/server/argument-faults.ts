import type { z } from 'zod';

/**
 * What is wrong with the arguments of a call, each fault with the argument's name: `query: is missing; limit: …`.
 *
 * Values are told where the arguments were parsed with `reportInput`.
 *
 * @param known the names of all arguments, told where one has another name
 */
export function argumentFaults({ issues }: z.ZodError, known: readonly string[]): string {
  // Several faults of one value may say the same.
  return [...new Set(issues.map((issue) => faultOf(issue, known)))].join('; ');
}

function faultOf(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const where = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [...where, faultOfValue(issue)].join(': ');
  const isAre = issue.keys.length === 1 ? 'is no argument' : 'are no arguments';
  const all = known.length === 0 ? 'it takes none' : `there are ${known.join(', ')}`;
  return [...where, `${issue.keys.map((key) => JSON.stringify(key)).join(', ')} ${isAre}, ${all}`].join(': ');
}

function faultOfValue(issue: z.core.$ZodIssue): string {
  const { code, input, message } = issue;
  // What a schema says in words of its own stays.
  if (input === undefined || !ZOD_WORDS.test(message)) return inPlainWords(message);
  if (code === 'invalid_value') return `expected ${listed(issue.values)}, ${foundValue(input)}`;
  if (code === 'invalid_type') return `expected ${TYPES.get(issue.expected) ?? issue.expected}, ${foundValue(input)}`;
  if (code === 'too_big' && typeof input === 'string')
    return `expected at most ${issue.maximum} characters, found ${input.length}`;
  return inPlainWords(message);
}

const ZOD_WORDS = /^(?:Invalid (?:input|option)|Too (?:small|big)): /;

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['boolean', 'true or false'],
  ['object', 'an object'],
]);

function listed(values: readonly unknown[]): string {
  const all = values.map((value) => JSON.stringify(value)).join(', ');
  return values.length === 1 ? all : `one of ${all}`;
}

/** The end of a refusal: the value as JSON, of a long one the beginning. */
export function foundValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return `found ${text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`}`;
}

const LONGEST_VALUE = 80;

/** Zod's words without what is about types of JavaScript. */
export function inPlainWords(message: string): string {
  if (/^Invalid input: expected .+, received undefined$/.test(message)) return 'is missing';
  return message
    .replace(ZOD_WORDS, '')
    .replace(/^expected string to have >=1 characters$/, 'must not be empty')
    .replace(/^expected int, received number$/, 'expected a whole number');
}
