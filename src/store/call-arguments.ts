/** What the calls of an open store may be given. */
import { BOOLEAN, type Check, type Checks, FUNCTION, TEXT, textUpTo, wholeFrom } from '../arguments/index.js';
import { requireArgument, requireFields } from './argument-checks.js';
import { LONGEST_CLIENT } from './options.js';
import type { VerifyOptions } from './verify.js';

/** One below the first was never made, which is another error. */
const GENERATION: Check = {
  expected: 'a whole number',
  allows: Number.isSafeInteger,
  hint: '`findGeneration` finds that of a tag or a time.',
};
const LIMIT: Check = {
  expected: 'a whole number of at least 0',
  allows: (value) => value === Number.POSITIVE_INFINITY || wholeFrom(0).allows(value),
};

/** How `SnapshotStore.rollback` goes back. */
export interface RollbackOptions {
  /** Refuse updates until `resume`. Default false. */
  readonly hold?: boolean;
  /** For the history. */
  readonly reason?: string;
}

/** What others read about an open store. */
export interface Introduction {
  /** At most 200 characters. */
  readonly client?: string;
  /** At most 200 characters. */
  readonly role?: string;
}

const ROLLBACK: Checks<RollbackOptions> = { hold: BOOLEAN, reason: TEXT };
const INTRODUCTION: Checks<Introduction> = { client: textUpTo(LONGEST_CLIENT), role: textUpTo(LONGEST_CLIENT) };
const VERIFYING: Checks<VerifyOptions> = { onProgress: FUNCTION };

// All of these throw StoreError INVALID_OPTION.

export function requireGeneration(generation: unknown): void {
  requireArgument('generation', generation, GENERATION);
}

export function requireFunction(name: string, value: unknown): void {
  requireArgument(name, value, FUNCTION);
}

export function requireRollback(generation: unknown, options: unknown): void {
  requireGeneration(generation);
  requireFields('options of rollback', options, ROLLBACK);
}

export function requireHistory(options: unknown): void {
  requireFields('options of history', options, { limit: LIMIT });
}

export function requireVerifying(options: unknown): void {
  requireFields('options of verify', options, VERIFYING);
}

export function requireLease(options: unknown): void {
  requireFields('options of a lease', options, { onLost: FUNCTION });
}

export function requireIntroduction(about: unknown): void {
  requireFields('introduction', about, INTRODUCTION);
}
