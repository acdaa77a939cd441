/** A folder in which programs of the documentation stand, as in a project that has the package installed. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment } from '../cli/temporary-project.js';

const run = promisify(execFile);

/** What page and package ask of a program: `docs/library.md`. */
const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: ['node'],
};

/** JavaScript says of no parameter what it is. */
const JAVASCRIPT_OPTIONS = {
  ...COMPILER_OPTIONS,
  noImplicitAny: false,
  allowJs: true,
  checkJs: true,
  noEmit: true,
};

export class ProgramFolder {
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'snapdex-program-'));

  /** @param packages what can be imported beside snapdex */
  constructor(packages: readonly string[] = []) {
    writeFileSync(join(this.#directory, 'package.json'), '{"type":"module"}');
    this.#link('snapdex', process.cwd());
    for (const name of ['@types', ...packages]) this.#link(name, join(process.cwd(), 'node_modules', name));
  }

  write(name: string, program: string): void {
    writeFileSync(join(this.#directory, name), program);
  }

  /** Compiles what was written, with other options too; answers what the compiler says against it. */
  async compile(language: 'TypeScript' | 'JavaScript', others: object = {}): Promise<string> {
    const compilerOptions = { ...(language === 'TypeScript' ? COMPILER_OPTIONS : JAVASCRIPT_OPTIONS), ...others };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions }));
    const compiler = join(process.cwd(), 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', this.#directory]).catch(
      (error: { stdout: string }) => error,
    );
    return stdout;
  }

  /** Runs a program; answers what it printed. */
  async run(name: string): Promise<string> {
    return (await run(process.execPath, [name], { cwd: this.#directory, env: cleanEnvironment() })).stdout;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #link(name: string, target: string): void {
    const link = join(this.#directory, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'junction');
  }
}

/** The blocks of a page in one language. */
export function blocksOf(page: string, language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text ?? '');
}

/** What the comments behind `console.log` promise. */
export function promisedOutput(program: string): string {
  return [...program.matchAll(/console\.log\(.+\); \/\/ (.+)\n/g)].map(([, text]) => `${text}\n`).join('');
}
