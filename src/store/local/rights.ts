/** What this user may do, asked without trying. */
import fs from 'node:fs';
import path from 'node:path';
import { isSystemError, systemErrorCode } from '../errors.js';

/** True if this user may write in a directory, or make it. */
export function mayWrite(directory: string): boolean {
  try {
    fs.accessSync(directory, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch (error) {
    const above = path.dirname(directory);
    // What is not there can be made where this user may write in what is above.
    if (isSystemError(error, 'ENOENT') && above !== directory) return mayWrite(above);
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
