/**
 * The few requests that are made of an object store. `aws-object-store.ts` makes them of S3; whatever else answers them
 * must read and list what was last written, as S3 does since December 2020.
 */

/** An object as it was read. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Without quotes; differs whenever the bytes differ. */
  readonly etag: string;
}

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** By the server's clock, milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** What is asked of the server. Every call may also fail in a way that says nothing about what was done. */
export interface ObjectStore {
  /** What people call it: `s3://bucket`. */
  readonly location: string;
  /** `undefined` if there is no such object. */
  get(key: string): Promise<StoredObject | undefined>;
  /** Writes an object of any size, whatever is there. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Writes a small object if the one that is there has this ETag, or, for `undefined`, if there is none. Answers the new
   * ETag, or `undefined` if the server says that the condition is false: also after a success that was asked for twice.
   */
  putIf(key: string, expectedEtag: string | undefined, bytes: Uint8Array): Promise<string | undefined>;
  /** Makes an object of the bytes of another, which the server copies; false if there is none to copy. */
  copy(from: string, to: string): Promise<boolean>;
  /** All objects whose keys begin with `prefix`, by key; with `after`, only those whose keys come later. */
  list(prefix: string, options?: { readonly after?: string }): Promise<readonly ListedObject[]>;
  /** Removes an object, if there is one. */
  remove(key: string): Promise<void>;
}

/** Thrown by an `ObjectStore` where the server has refused a request and done nothing of it. */
export class RequestRefused extends Error {
  /** As of a system call where there is one of that meaning: EACCES; else the server's own word. */
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'RequestRefused';
    this.code = code;
  }
}
