import { createInterface } from 'node:readline/promises';
import { harmlessLine } from '../server/index.js';

/** True if there is somebody at a terminal to ask. */
export function isAnybodyThere(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * True if the person at the terminal agrees. The question goes to standard error: standard output belongs to the answer.
 */
export async function confirm(question: string): Promise<boolean> {
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close the dialogue without an answer.
  const closed = new Promise<string>((resolve) => dialogue.once('close', () => resolve('\n')));
  try {
    const reply = await Promise.race([dialogue.question(`${harmlessLine(question)} [y/N] `), closed]);
    if (reply === '\n') process.stderr.write(reply);
    return /^y(?:es)?$/iu.test(reply.trim());
  } finally {
    dialogue.close();
  }
}
