/** Reading documents for the index: what cannot be read is said, and the rest goes on. */
import { hash } from 'node:crypto';
import path from 'node:path';
import { decodeDocument } from '../analysis/index.js';
import { fileStateOf, findBytes, readDocument, statIfThere } from '../documents/index.js';
import { SearchError } from '../errors.js';
import type { FileReading } from './worker-protocol.js';

/** Which files, and how long they may be. */
export interface ReadingRules {
  readonly root: string;
  readonly maximumBytes: number;
}

/** The first 128 bits of SHA-256 over the bytes, as `AnalysedDocument.contentHash`. */
export function contentHashOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex').slice(0, 32);
}

/**
 * True if a file that was just listed holds what it held when it was indexed. Reads it once and asks nothing else: if the
 * bytes are the same, nothing else matters.
 */
export function isSameContent(
  { root, maximumBytes }: ReadingRules,
  documentPath: string,
  indexed: { readonly sizeBytes: number; readonly contentHash: string },
): boolean {
  if (indexed.sizeBytes > maximumBytes) return false;
  const bytes = findBytes(root, documentPath, indexed.sizeBytes);
  return bytes !== undefined && contentHashOf(bytes) === indexed.contentHash;
}

/** What the file holds now, without analysing it. */
export function fingerprint(rules: ReadingRules, documentPath: string): FileReading {
  return readWith(rules, documentPath, contentHashOf);
}

/** As `fingerprint`, and whether the bytes are text at all. */
export function fingerprintText(rules: ReadingRules, documentPath: string): FileReading {
  return readWith(rules, documentPath, (bytes) => {
    decodeDocument(bytes, documentPath);
    return contentHashOf(bytes);
  });
}

/** What the file holds now, by a hash that may refuse the bytes: then the reading says why. */
export function readWith(
  rules: ReadingRules,
  documentPath: string,
  hashOf: (bytes: Uint8Array) => string,
): FileReading {
  const times = readingTimes();
  try {
    const { bytes, ...state } = readDocument(rules.root, documentPath, { maximumBytes: rules.maximumBytes });
    try {
      return { path: documentPath, contentHash: hashOf(bytes), state, ...times, problem: undefined };
    } catch (error) {
      return {
        path: documentPath,
        contentHash: undefined,
        state,
        ...times,
        problem: describeProblem(error, documentPath),
      };
    }
  } catch (error) {
    const problem = describeProblem(error, documentPath);
    const isGone = problem.code === 'DOCUMENT_NOT_FOUND';
    const state = isGone ? undefined : findState(rules.root, documentPath);
    return { path: documentPath, contentHash: undefined, state, ...times, problem: isGone ? undefined : problem };
  }
}

/** When a reading begins. */
export function readingTimes(): Pick<FileReading, 'readAtMs' | 'beganMs'> {
  return { readAtMs: Date.now(), beganMs: steadyMs() };
}

/** Milliseconds by the clock of `FileReading.beganMs`; that of `performance` begins anew in each thread. */
export function steadyMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** True if nobody can tell whether the file is there, since a folder above it may not be entered. */
export function isOutOfReach({ state, problem }: FileReading): boolean {
  return problem !== undefined && state === undefined;
}

function findState(root: string, documentPath: string): FileReading['state'] {
  const status = statIfThere(path.join(root, documentPath));
  return status && fileStateOf(status);
}

function describeProblem(error: unknown, documentPath: string): NonNullable<FileReading['problem']> {
  if (error instanceof SearchError) return { code: error.code, message: error.message, remedy: error.remedy };
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: 'INDEXING_FAILED',
    message: `document ${JSON.stringify(documentPath)}: ${text}`,
    remedy: 'The document is left out and the rest is indexed; please report it with the file.',
  };
}
