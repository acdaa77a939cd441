import type { Environment } from '../environment.js';
import { StoreError, systemErrorCode } from '../errors.js';
import { AwsObjectStore } from './aws-object-store.js';
import { type ObjectPlace, ObjectStorage } from './object-storage.js';
import { parseS3Location } from './s3-location.js';

/**
 * The storage of a store on S3.
 * @param location as `parseS3Location` reads it
 * @throws StoreError INVALID_OPTION, also where AWS's library is not installed
 */
export async function openS3Storage(location: string, environment: Environment): Promise<ObjectStorage> {
  return new ObjectStorage(await openS3Place(location), environment);
}

/** Where a store on S3 lies. @throws as `openS3Storage` */
export async function openS3Place(location: string): Promise<ObjectPlace> {
  const { prefix, cacheDirectory, cacheLimitBytes, ...place } = parseS3Location(location);
  const endpoint = place.endpoint ?? (process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || undefined);
  const objects = new AwsObjectStore(await loadLibrary(location), { ...place, endpoint });
  return { objects, prefix, cacheDirectory, cacheLimitBytes };
}

async function loadLibrary(location: string): Promise<typeof import('@aws-sdk/client-s3')> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    if (systemErrorCode(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const text = `store ${JSON.stringify(location)}: stores on S3 need the package @aws-sdk/client-s3, which is not installed`;
    throw new StoreError('INVALID_OPTION', text, {
      remedy: 'Install it beside snapdex: `npm install @aws-sdk/client-s3`.',
      cause,
    });
  }
}
