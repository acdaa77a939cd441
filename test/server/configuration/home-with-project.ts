import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type Configuration,
  type ConfigurationRequest,
  loadConfiguration,
} from '../../../dist/server/configuration/index.js';

/** A project in a home of its own. */
export interface Scene {
  readonly home: string;
  readonly root: string;
  readonly load: (request?: Partial<ConfigurationRequest>) => Configuration;
}

/** A home with a project in it; files are relative to the home. */
export function homeWith(files: { readonly [path: string]: string } = {}): Scene {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'snapdex-configuration-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const root = join(home, 'project');
  for (const [path, content] of Object.entries({ 'project/.git/HEAD': '', ...files })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  }
  const base = { flags: {}, environment: {}, cwd: root, homeDirectory: home, platform: 'linux' } as const;
  return { home, root, load: (request = {}) => loadConfiguration({ ...base, ...request }) };
}
