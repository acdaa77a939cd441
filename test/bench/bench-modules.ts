import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A module of the benchmarks, which are plain JavaScript; whoever imports it says what it has. */
export function benchModule(path: string): string {
  return new URL(`../../bench/${path}`, import.meta.url).href;
}

/** The data that quality is measured on, beside the checkout where there is some. */
export const DATA: string = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Why the independent program `tool` of that data cannot be asked; `undefined` if it can. */
export function findHindrance(tool: string): string | undefined {
  if (!existsSync(join(DATA, 'tools', tool))) return `no ../shared/data/tools/${tool}`;
  return spawnSync('python3', ['--version']).error === undefined ? undefined : 'no python3';
}
