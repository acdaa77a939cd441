/** The examples of `docs/embedding-snapdex.md`, compiled and run as programs that have the package installed. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, ProgramFolder, promisedOutput } from './program-folder.js';

const examples = blocksOf(readFileSync('docs/embedding-snapdex.md', 'utf8'), 'ts');
const numbered = examples.map((code, index) => [index + 1, code] as const);

let folder: ProgramFolder;
beforeAll(() => {
  folder = new ProgramFolder(['zod']);
  for (const [number, code] of numbered) folder.write(`example-${number}.ts`, code);
});
afterAll(() => folder.remove());

describe('docs/embedding-snapdex.md', () => {
  it('has examples that compile', async () => {
    expect(await folder.compile('TypeScript')).toBe('');
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(numbered)('example %i prints what it says', async (number, code) => {
    expect(await folder.run(`example-${number}.js`)).toBe(promisedOutput(code));
    expect(promisedOutput(code)).not.toBe('');
  });
});
