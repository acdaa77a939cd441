import { fileURLToPath } from 'node:url';

/** A module of the benchmarks, which are plain JavaScript; whoever imports it says what it has. */
export function benchModule(path: string): string {
  return new URL(`../../bench/${path}`, import.meta.url).href;
}

/** The data that quality is measured on, beside the checkout where there is some. */
export const DATA: string = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
