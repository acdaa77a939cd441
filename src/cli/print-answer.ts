import { harmlessAnswer } from '../server/index.js';

/**
 * Prints an answer on standard output: exactly its public JSON on one line, or what `render` makes of it. The texts that
 * `render` is given cannot steer a terminal any more.
 */
export function printAnswer<T extends object>(
  answer: T,
  { isJson, render }: { readonly isJson: boolean; readonly render: (answer: T) => string },
): void {
  const text = isJson ? JSON.stringify(answer) : render(harmlessAnswer(answer)).replace(/\n$/u, '');
  if (text !== '') process.stdout.write(`${text}\n`);
}
