/** A folder in which an example stands as it would after its installation, with the packages of this one. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface ExampleFolder {
  readonly directory: string;
  remove(): void;
}

/** Copies `examples/<name>` to a new folder; `packages` and snapdex can be imported there. */
export function installExample(name: string, packages: readonly string[]): ExampleFolder {
  const directory = mkdtempSync(join(tmpdir(), 'snapdex-example-'));
  cpSync(join('examples', name), directory, {
    recursive: true,
    filter: (source) => basename(source) !== 'node_modules',
  });
  for (const link of packages) {
    mkdirSync(join(directory, 'node_modules', link, '..'), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules', link), join(directory, 'node_modules', link), 'junction');
  }
  mkdirSync(join(directory, 'node_modules'), { recursive: true });
  symlinkSync(process.cwd(), join(directory, 'node_modules/snapdex'), 'junction');
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }) };
}
