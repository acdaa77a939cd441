/** The examples of `docs/embedding-snapdex.md`, compiled and run as programs that have the package installed. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment } from '../cli/temporary-project.js';

const page = readFileSync('docs/embedding-snapdex.md', 'utf8');
const examples = [...page.matchAll(/```ts\n([\s\S]+?)```/g)].map(([, code]) => code ?? '');
const numbered = examples.map((code, index) => [index + 1, code] as const);

/** What page and package ask of a program: `docs/library.md`. */
const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: ['node'],
};

/** What the comments behind `console.log` promise. */
const promisedOutput = (code: string): string =>
  [...code.matchAll(/console\.log\(.+\); \/\/ (.+)\n/g)].map(([, text]) => `${text}\n`).join('');

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapdex-embedding-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(process.cwd(), join(folder, 'node_modules/snapdex'), 'junction');
  for (const name of ['zod', '@types'])
    symlinkSync(join(process.cwd(), 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  for (const [number, code] of numbered) writeFileSync(join(folder, `example-${number}.ts`), code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('docs/embedding-snapdex.md', () => {
  it('has examples that compile', async () => {
    const compiler = join(process.cwd(), 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(numbered)('example %i prints what it says', async (number, code) => {
    const { stdout } = await run(process.execPath, [`example-${number}.js`], { cwd: folder, env: cleanEnvironment() });
    expect(stdout).toBe(promisedOutput(code));
    expect(promisedOutput(code)).not.toBe('');
  });
});
