import os from 'node:os';
import path from 'node:path';
import { shownName } from '../../arguments/index.js';
import { StoreError } from '../errors.js';

/** Where a store lies on S3, as its URL says it. */
export interface S3Location {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** Another server than AWS; `undefined`: what the SDK's own settings say. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** Absolute. */
  readonly cacheDirectory: string;
  readonly cacheLimitBytes: number;
}

const SCHEME = 's3://';
const PARAMETERS = ['endpoint', 'region', 'cache', 'cacheBytes'];
const DEFAULT_CACHE_BYTES = 1024 ** 3;

/** True for a URL that `parseS3Location` understands, or refuses. */
export function isS3Location(location: unknown): location is string {
  return typeof location === 'string' && location.startsWith(SCHEME);
}

/**
 * `s3://bucket/prefix?endpoint=https://…&region=…&cache=/directory&cacheBytes=…`, of which the bucket is needed.
 * @throws StoreError INVALID_OPTION
 */
export function parseS3Location(location: string): S3Location {
  if (!isS3Location(location)) throw invalid(location, 'it is no URL of S3');
  const [address = '', query = ''] = location.slice(SCHEME.length).split('?', 2);
  const [bucket = '', ...names] = address.split('/');
  const prefix = names.filter((name) => name !== '').join('/');
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) if (!PARAMETERS.includes(name)) throw invalid(location, `${name} is unknown`);
  if (bucket === '') throw invalid(location, 'it names no bucket');
  if (!/^[0-9a-z][0-9a-z.-]{1,61}[0-9a-z]$/.test(bucket)) throw notAllowed(location, bucket);
  if (names.some((name) => name === '.' || name === '..')) throw invalid(location, 'its prefix has dots for a name');
  const endpoint = parameters.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !/^https?:\/\/[^/@]+\/?$/.test(endpoint))
    throw invalid(location, `endpoint ${JSON.stringify(endpoint)} is no address such as "https://s3.example.com"`);
  return {
    bucket,
    prefix,
    endpoint,
    region: parameters.get('region') ?? undefined,
    cacheDirectory: path.resolve(parameters.get('cache') ?? defaultCacheDirectory(), bucket, prefix || 'store'),
    cacheLimitBytes: parseBytes(location, parameters.get('cacheBytes')),
  };
}

function defaultCacheDirectory(): string {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(base, 'snapdex');
}

function parseBytes(location: string, text: string | null): number {
  if (text === null) return DEFAULT_CACHE_BYTES;
  const bytes = Number(text);
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw invalid(location, `cacheBytes ${JSON.stringify(text)} is no number of bytes`);
}

function notAllowed(location: string, bucket: string): StoreError {
  const text = `store ${JSON.stringify(location)}: ${JSON.stringify(bucket)} is not allowed as the name of a bucket`;
  return new StoreError('INVALID_OPTION', text, {
    remedy:
      'Names of buckets are 3 to 63 small letters, digits, dots and dashes, the first and last a letter or digit.',
  });
}

function invalid(location: unknown, problem: string): StoreError {
  return new StoreError('INVALID_OPTION', `store ${shownName(location)}: ${problem}`, {
    remedy: `Write s3://bucket/prefix, if need be with ?${PARAMETERS.join('=…&')}=….`,
  });
}
