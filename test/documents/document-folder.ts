/** Documents and collections in temporary folders for tests; the store below is verified when a test ends. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { SnapshotStore } from '../../dist/store/index.js';

/** A folder for one document or collection, and verbs for what happens to it. */
export class DocumentFolder {
  readonly directory: string;
  readonly warnings: string[] = [];
  /** Set by a test that damages the store on purpose. */
  isDamaged = false;
  readonly #opened: AsyncDisposable[] = [];

  constructor() {
    this.directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'snapdex-documents-')), 'store');
  }

  readonly onWarning = (message: string): void => {
    this.warnings.push(message);
  };

  /** Something that was opened on the folder, closed when the test ends. */
  async keep<T extends AsyncDisposable>(opening: Promise<T>): Promise<T> {
    const opened = await opening;
    this.#opened.push(opened);
    return opened;
  }

  /** Changes one byte of the file `name` of a generation. */
  flipByte(generation: number, name: string): void {
    const file = path.join(this.directory, 'generations', String(generation).padStart(10, '0'), name);
    const bytes = fs.readFileSync(file);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
    this.isDamaged = true;
  }

  async end(): Promise<void> {
    for (const opened of this.#opened) await opened[Symbol.asyncDispose]();
    const store = await SnapshotStore.open(this.directory, { readOnly: true });
    const { problems } = await store.verify();
    if (!this.isDamaged) expect(problems).toEqual([]);
    await store.close();
    fs.rmSync(path.dirname(this.directory), { recursive: true, maxRetries: 5 });
  }
}

/** Runs `body` with a new folder, then verifies the store in it. */
export async function withFolder(body: (folder: DocumentFolder) => Promise<void>): Promise<void> {
  const folder = new DocumentFolder();
  await body(folder);
  await folder.end();
}

/** Resolves when `isSo` has become true. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
