import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder with these files (path → content; a path that ends in `/` is a folder), gone after the test. */
export function projectWith(files: { readonly [path: string]: string } = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'snapdex-documents-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) write(root, path, content);
  return root;
}

/** Writes a file, its folders included. */
export function write(root: string, path: string, content: string): void {
  const target = join(root, path);
  mkdirSync(path.endsWith('/') ? target : dirname(target), { recursive: true });
  if (!path.endsWith('/')) writeFileSync(target, content);
}

/** Makes a named pipe that nobody writes to: reading it would wait for ever. */
export function makePipe(root: string, path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(root, path)]);
}

/** Runs `action` as a user for whom file permissions hold, also where tests run as root. */
export async function asOrdinaryUser<T>(action: () => T): Promise<Awaited<T>> {
  const { getuid, seteuid } = process;
  if (getuid === undefined || seteuid === undefined || getuid() !== 0) return await action();
  seteuid(65_534);
  try {
    return await action();
  } finally {
    seteuid(0);
  }
}
