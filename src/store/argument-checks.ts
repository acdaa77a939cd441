/** Programs without types may give anything: what the public calls of the store are given is checked with these. */
import { inspect } from 'node:util';
import { StoreError } from './errors.js';
import { isS3Location } from './s3/s3-location.js';

/** Which values are allowed, and what they are, as the end of a sentence. */
export interface Check {
  readonly expected: string;
  readonly allows: (value: unknown) => boolean;
  /** One more sentence for whoever gave something else. */
  readonly hint?: string;
}

/** A check for everything that an object may have. */
export type Checks<T> = { readonly [K in keyof T]-?: Check };

export const ANYTHING: Check = { expected: 'anything', allows: () => true };
export const BOOLEAN: Check = { expected: 'true or false', allows: (value) => typeof value === 'boolean' };
export const FUNCTION: Check = { expected: 'a function', allows: (value) => typeof value === 'function' };
export const TEXT: Check = { expected: 'a text', allows: (value) => typeof value === 'string' };
export const OBJECT: Check = {
  expected: 'an object',
  allows: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
const PATH: Check = {
  expected: 'a path, given as a text',
  allows: (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
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

/** @throws StoreError INVALID_OPTION, which says what `value` is called and what it should have been */
export function requireArgument(name: string, value: unknown, { expected, allows, hint }: Check): void {
  if (allows(value)) return;
  throw new StoreError('INVALID_OPTION', `${name} ${shown(value)} is not ${expected}`, {
    remedy: [`Give ${expected}.`, hint].filter((sentence) => sentence !== undefined).join(' '),
  });
}

/**
 * Checks an object and its fields, inherited ones too, of which those that are `undefined` count as not given.
 * @throws StoreError INVALID_OPTION for anything but an object, a field of another name, or a value that is not allowed
 */
export function requireFields(name: string, given: unknown, checks: Readonly<Record<string, Check>>): void {
  requireArgument(name, given, OBJECT);
  readFields(name, Object(given), checks);
}

/** A copy of the fields of an object, checked; each is read once, and inherited ones are the copy's own. @throws as `requireFields` */
export function readFields<T extends object>(name: string, given: T, checks: Checks<T>): T {
  requireArgument(name, given, OBJECT);
  for (const field in given) if (!Object.hasOwn(checks, field)) throw noSuchField(name, field, checks);
  const fields = Object.create(Object.prototype);
  for (const [field, check] of Object.entries<Check>(checks)) {
    const value: unknown = Reflect.get(given, field);
    if (value === undefined) continue;
    requireArgument(field, value, check);
    fields[field] = value;
  }
  return fields;
}

/** Two letters or more, for a drive of Windows has one; one slash may be left of two, which is what `path.join` does. */
const URL_START = /^([a-z][a-z0-9+.-]+):\//i;

/** The path of a local directory, checked. @throws StoreError INVALID_OPTION, also for a URL */
export function requirePath(name: string, value: string): string {
  requireArgument(name, value, PATH);
  const scheme = URL_START.exec(value)?.[1];
  if (scheme === undefined) return value;
  // Whoever takes URLs of this form has not asked for a path.
  if (isS3Location(value)) {
    throw new StoreError('INVALID_OPTION', `${name} ${shown(value)} is on object storage`, {
      remedy: 'Give a local directory: this call is for stores on the local file system.',
    });
  }
  throw new StoreError('INVALID_OPTION', `${name} ${shown(value)} is a URL, and no path`, {
    remedy: remedyForUrl(scheme.toLowerCase()),
  });
}

function remedyForUrl(scheme: string): string {
  if (scheme === 's3')
    return 'Write a store on S3 as `s3://bucket/prefix`: in small letters, and not put together by `path.join`, which takes a slash away.';
  if (scheme === 'file') return 'Give the path itself, as `fileURLToPath` of `node:url` makes it.';
  return 'Give a local directory, or `s3://bucket/prefix`; a directory of that name is written with `./` before it.';
}

function noSuchField(name: string, field: string, checks: Readonly<Record<string, Check>>): StoreError {
  return new StoreError('INVALID_OPTION', `${name}: ${JSON.stringify(field)} is not known here`, {
    remedy: `Known are ${Object.keys(checks).join(', ')}.`,
  });
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 80, customInspect: false });
}
