/** Programs without types may give anything: what the calls of this layer are given is checked with these. */
import {
  type ArgumentFault,
  type Check,
  type Checks,
  FUNCTION,
  faultOfArgument,
  OBJECT,
  readArguments,
  TEXT,
} from '../arguments/index.js';
import { ServerError } from './errors.js';
import type { ConfigurationSource } from './project-index-opening.js';

export const CONFIGURATION_SOURCE: Checks<ConfigurationSource> = {
  root: TEXT,
  flags: OBJECT,
  findWorkspace: FUNCTION,
  onProblem: FUNCTION,
};

/** Reads a request into a copy. @throws ServerError `USAGE`, which names the known fields */
export function readGiven<T extends object>(call: string, given: T, checks: Checks<T>): T {
  const read = readArguments('request', given, checks);
  if ('fields' in read) return read.fields;
  throw usage(call, read.fault);
}

/** @throws ServerError `USAGE` */
export function requireGiven(call: string, name: string, value: unknown, check: Check): void {
  const fault = faultOfArgument(name, value, check);
  if (fault !== undefined) throw usage(call, fault);
}

function usage(call: string, { message, remedy }: ArgumentFault): ServerError {
  return new ServerError('USAGE', `${call}: ${message}`, { remedy });
}
