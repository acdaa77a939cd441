import type { z } from 'zod';

/** What is wrong with the arguments of a call, each fault with the argument's name: `query: is missing; limit: …`. */
export function argumentFaults({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [...path.map(String), inPlainWords(message)].join(': ')).join('; ');
}

/** Zod's words without what is about types of JavaScript. */
function inPlainWords(message: string): string {
  if (/^Invalid input: expected .+, received undefined$/.test(message)) return 'is missing';
  return message.replace(/^(?:Invalid (?:input|option)|Too (?:small|big)): /, '');
}
