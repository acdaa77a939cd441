/** What the public calls of the store are given is checked with these. */
import {
  type ArgumentFault,
  type Check,
  type Checks,
  faultOfArgument,
  OBJECT,
  readArguments,
  shownArgument,
} from '../arguments/index.js';
import { StoreError } from './errors.js';
import { isS3Location } from './s3/s3-location.js';

const PATH: Check = {
  expected: 'a path, given as a text',
  allows: (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
};

/** True for what has all that `example` has, each of the same type. */
export function isLike(value: unknown, example: object): boolean {
  return Object.entries(example).every(([name, part]) => typeof Reflect.get(Object(value), name) === typeof part);
}

/** @throws StoreError INVALID_OPTION, which says what `value` is called and what it should have been */
export function requireArgument(name: string, value: unknown, check: Check): void {
  const fault = faultOfArgument(name, value, check);
  if (fault !== undefined) throw invalidOption(fault);
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
  const read = readArguments(name, given, checks);
  if ('fault' in read) throw invalidOption(read.fault);
  return read.fields;
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
    throw new StoreError('INVALID_OPTION', `${name} ${shownArgument(value)} is on object storage`, {
      remedy: 'Give a local directory: this call is for stores on the local file system.',
    });
  }
  throw new StoreError('INVALID_OPTION', `${name} ${shownArgument(value)} is a URL, and no path`, {
    remedy: remedyForUrl(scheme.toLowerCase()),
  });
}

function remedyForUrl(scheme: string): string {
  if (scheme === 's3')
    return 'Write a store on S3 as `s3://bucket/prefix`: in small letters, and not put together by `path.join`, which takes a slash away.';
  if (scheme === 'file') return 'Give the path itself, as `fileURLToPath` of `node:url` makes it.';
  return 'Give a local directory, or `s3://bucket/prefix`; a directory of that name is written with `./` before it.';
}

function invalidOption({ message, remedy }: ArgumentFault): StoreError {
  return new StoreError('INVALID_OPTION', message, { remedy });
}
