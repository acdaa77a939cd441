/** The examples of `docs/library.md`, checked and run as programs that have the package installed. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blocksOf, ProgramFolder, promisedOutput } from './program-folder.js';

const page = readFileSync('docs/library.md', 'utf8');
const examples = blocksOf(page, 'js');
const numbered = examples.map((code, index) => [index + 1, code] as const);

let folder: ProgramFolder;
beforeEach(() => {
  folder = new ProgramFolder(['zod']);
});
afterEach(() => folder.remove());

describe('docs/library.md', () => {
  it('has examples that call what there is, with what it takes', async () => {
    for (const [number, code] of numbered) folder.write(`example-${number}.js`, code);
    expect(await folder.compile('JavaScript')).toBe('');
    expect(examples.length).toBeGreaterThan(5);
  });

  it('says what TypeScript needs where there is no @types/node', async () => {
    const [, lib = ''] = /`"lib": (\[.+?\])`/.exec(page) ?? [];
    folder.write(
      'example.ts',
      `import { SnapshotStore } from 'snapdex';
import { openCollection } from 'snapdex/documents';
await using store = await SnapshotStore.open('./state');
export const opened: object = [store, openCollection];
`,
    );
    expect(await folder.compile('TypeScript', { types: [], lib: JSON.parse(lib) })).toBe('');
  });

  it.each(numbered)('example %i prints what it says', async (_, code) => {
    folder.write('example.js', code);
    expect(await folder.run('example.js')).toBe(promisedOutput(code));
    expect(promisedOutput(code)).not.toBe('');
  });
});
