import { readFileSync } from 'node:fs';

/** The version in this package's `package.json`, as `--version`, MCP's `serverInfo` and `/health` show it. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  return '0.0.0';
}
