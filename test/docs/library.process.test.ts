/** The examples of `docs/library.md`, run as programs that have the package installed. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment } from '../cli/temporary-project.js';

const page = readFileSync('docs/library.md', 'utf8');
const examples = [...page.matchAll(/```js\n([\s\S]+?)```/g)].map(([, code]) => code ?? '');

/** What the comments behind `console.log` promise. */
const promisedOutput = (code: string): string =>
  [...code.matchAll(/console\.log\(.+\); \/\/ (.+)\n/g)].map(([, text]) => `${text}\n`).join('');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapdex-example-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(process.cwd(), join(folder, 'node_modules/snapdex'), 'junction');
  symlinkSync(join(process.cwd(), 'node_modules/zod'), join(folder, 'node_modules/zod'), 'junction');
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('docs/library.md', () => {
  it.each(examples.map((code, index) => [index + 1, code] as const))(
    'example %i prints what it says',
    async (_, code) => {
      writeFileSync(join(folder, 'example.mjs'), code);
      const run = promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder, env: cleanEnvironment() });
      expect((await run).stdout).toBe(promisedOutput(code));
      expect(promisedOutput(code)).not.toBe('');
    },
  );

  it('has examples', () => expect(examples.length).toBeGreaterThan(5));
});
