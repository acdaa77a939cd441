import type { z } from 'zod';

/**
 * What is wrong with the arguments of a call, each fault with the argument's name: `query: is missing; limit: …`.
 *
 * @param known the names of all arguments, told where one has another name
 */
export function argumentFaults({ issues }: z.ZodError, known: readonly string[] = []): string {
  return issues.map((issue) => faultOf(issue, known)).join('; ');
}

function faultOf(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const where = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [...where, inPlainWords(issue.message)].join(': ');
  const isAre = issue.keys.length === 1 ? 'is no argument' : 'are no arguments';
  const all = known.length === 0 ? 'it takes none' : `there are ${known.join(', ')}`;
  return [...where, `${issue.keys.map((key) => JSON.stringify(key)).join(', ')} ${isAre}, ${all}`].join(': ');
}

/** Zod's words without what is about types of JavaScript. */
export function inPlainWords(message: string): string {
  if (/^Invalid input: expected .+, received undefined$/.test(message)) return 'is missing';
  return message
    .replace(/^(?:Invalid (?:input|option)|Too (?:small|big)): /, '')
    .replace(/^expected string to have >=1 characters$/, 'must not be empty')
    .replace(/^expected int, received number$/, 'expected a whole number');
}
