import { readFileSync } from 'node:fs';

/** The version that is installed for the benchmarks. */
export function packageVersion(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
