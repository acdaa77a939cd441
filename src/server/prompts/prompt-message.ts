import type { GetPromptResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { harmlessText } from '../harmless-text.js';

/** The argument `pathPrefix` of prompts that search. */
export const pathPrefixArgument: z.ZodOptional<z.ZodString> = z
  .string()
  .max(4000)
  .optional()
  .describe('Only documents whose path starts with this, e.g. docs/');

/** A prompt of one message, which the user is taken to have written. */
export function userMessage(description: string, parts: readonly string[]): GetPromptResult {
  const text = harmlessText(parts.join('\n\n'));
  return { description, messages: [{ role: 'user', content: { type: 'text', text } }] };
}
