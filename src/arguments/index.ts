/** Programs without types may give anything: what public calls are given is checked with these. */
import { inspect } from 'node:util';

export { guardedListener, listenerFailureTo, surviving } from './surviving.js';

/** Which values are allowed, and what they are, as the end of a sentence. */
export interface Check {
  readonly expected: string;
  readonly allows: (value: unknown) => boolean;
  /** One more sentence for whoever gave something else. */
  readonly hint?: string;
  /** True of a field that must be given; else `undefined` counts as not given. */
  readonly isRequired?: boolean;
}

/** A check for everything that an object may have. */
export type Checks<T> = { readonly [K in keyof T]-?: Check };

/** What is wrong with an argument; each layer makes an error of its own of it. */
export interface ArgumentFault {
  readonly message: string;
  readonly remedy: string;
}

export const BOOLEAN: Check = { expected: 'true or false', allows: (value) => typeof value === 'boolean' };
export const FUNCTION: Check = { expected: 'a function', allows: (value) => typeof value === 'function' };
export const TEXT: Check = { expected: 'a text', allows: (value) => typeof value === 'string' };
export const OBJECT: Check = {
  expected: 'an object',
  allows: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

export const numberFrom = (least: number): Check => ({
  expected: `a finite number of at least ${least}`,
  allows: (value) => Number.isFinite(value) && Number(value) >= least,
});

export const wholeFrom = (least: number): Check => ({
  expected: `a finite whole number of at least ${least}`,
  allows: (value) => Number.isSafeInteger(value) && Number(value) >= least,
});

export const textUpTo = (longest: number): Check => ({
  expected: `a text of at most ${longest} characters`,
  allows: (value) => typeof value === 'string' && value.length <= longest,
});

export const oneOf = (...allowed: readonly string[]): Check => ({
  expected: `one of ${allowed.join(', ')}`,
  allows: (value) => allowed.some((one) => one === value),
});

export const required = (check: Check): Check => ({ ...check, isRequired: true });

/** What is wrong with one value; `name` is what it is called. */
export function faultOfArgument(
  name: string,
  value: unknown,
  { expected, allows, hint }: Check,
): ArgumentFault | undefined {
  if (allows(value)) return undefined;
  return {
    message: `${name} ${shownArgument(value)} is not ${expected}`,
    remedy: [`Give ${expected}.`, hint].filter((sentence) => sentence !== undefined).join(' '),
  };
}

/**
 * Reads the fields of an object into a copy, each once, inherited ones too; those that are `undefined` count as not
 * given.
 * @returns the first thing that is wrong: anything but an object, a field of another name, a value that is not allowed
 */
export function readArguments<T extends object>(
  name: string,
  given: T,
  checks: Checks<T>,
): { readonly fields: T } | { readonly fault: ArgumentFault } {
  const fault = faultOfArgument(name, given, OBJECT);
  if (fault !== undefined) return { fault };
  const unknown = faultOfNames(name, given, Object.keys(checks));
  if (unknown !== undefined) return { fault: unknown };
  const fields = Object.create(Object.prototype);
  for (const [field, check] of Object.entries<Check>(checks)) {
    const value: unknown = Reflect.get(given, field);
    if (value === undefined && check.isRequired !== true) continue;
    const wrong = faultOfArgument(field, value, check);
    if (wrong !== undefined) return { fault: wrong };
    fields[field] = value;
  }
  return { fields };
}

/** A value as messages show it. */
export function shownArgument(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 80, customInspect: false });
}

/** As `shownArgument`, with a text in the quotes in which messages show names. */
export function shownName(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : shownArgument(value);
}

/** What is wrong with the names of an object's fields, inherited ones too. */
export function faultOfNames(name: string, given: object, known: readonly string[]): ArgumentFault | undefined {
  for (const field in given) {
    if (known.includes(field)) continue;
    return { message: `${name}: ${JSON.stringify(field)} is not known here`, remedy: `Known are ${known.join(', ')}.` };
  }
  return undefined;
}
