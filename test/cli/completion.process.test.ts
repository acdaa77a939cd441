import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manPage } from '../../dist/cli/man-page.js';
import { describeProgram } from '../../dist/cli/program.js';
import type { ProgramWords } from '../../dist/cli/program-words.js';
import { indexedProject, json, SNAPDEX, snapdex, type TemporaryProject } from './temporary-project.js';

let program: ProgramWords;
beforeAll(async () => {
  program = await describeProgram();
});

/** What needs a shell that is not here is skipped, and says so. */
function hasShell(shell: string): boolean {
  const isHere = spawnSync(shell, ['-c', 'true']).status === 0;
  if (!isHere) console.warn(`completion in ${shell}: skipped, ${shell} is not installed`);
  return isHere;
}

/** What bash offers behind the words, the last of which is being written. */
function completed(script: string, ...words: readonly string[]): readonly string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const program = `${script}\nCOMP_WORDS=(snapdex ${line}); COMP_CWORD=${words.length}; _snapdex; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

/** What the command prints for a shell, as a file. */
async function scriptFile(shell: string): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'snapdex-cli-'));
  const path = join(folder, 'script');
  await writeFile(path, (await snapdex(['completion', shell])).stdout);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe.skipIf(!hasShell('bash'))('completion in bash', () => {
  it('offers commands, options, their values and folders', async () => {
    const { stdout: script } = await snapdex(['completion', 'bash']);
    expect(completed(script, 'se')).toEqual(['serve', 'search']);
    expect(completed(script, 'help', 'se')).toEqual(['serve', 'search']);
    expect(completed(script, 'search', '--path')).toEqual(['--path-prefix']);
    expect(completed(script, 'init', 'c')).toEqual(['claude-desktop', 'claude-code', 'cursor', 'codex']);
    expect(completed(script, 'init', 'zed', '--scope', '')).toEqual(['user', 'project']);
    expect(completed(script, 'search', '--limit', '')).toEqual([]);
    expect(completed(script, 'status', '--root', 'packag')).toEqual(['packaging']);
  });
});

describe('completion of a generation', () => {
  let project: TemporaryProject;
  beforeAll(async () => {
    project = await indexedProject();
    for (const name of ['before-cleanup', 'release']) await json(['tag', name, '--root', project.root]);
  });
  afterAll(() => project[Symbol.asyncDispose]());

  /** What a script says, in the project, where the command is the built one. */
  const said = (shell: string, script: string): readonly string[] => {
    const command = shell === 'fish' ? '$argv; end' : '"$@"; }';
    const head = `${shell === 'fish' ? 'function snapdex;' : 'snapdex() {'} '${process.execPath}' '${SNAPDEX}' ${command}`;
    const { stdout, stderr } = spawnSync(shell, ['-c', `${head}\n${script}`], { cwd: project.root, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t', 1)[0] ?? '');
  };
  const ASKED = [
    ['rollback', 're'],
    ['diff', 'release', 're'],
    ['export', 'copy', '--tag', 're'],
    ['search', 'x', '--as-of', 're'],
  ];

  it.skipIf(!hasShell('bash')).each(ASKED)('in bash has the tags: %s', async (...words) => {
    const { stdout: script } = await snapdex(['completion', 'bash']);
    const line = `COMP_WORDS=(snapdex ${words.join(' ')}); COMP_CWORD=${words.length}; _snapdex; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(said('bash', `${script}\n${line}`)).toEqual(['release']);
  });

  it.skipIf(!hasShell('fish')).each(ASKED)('in fish has the tags: %s', async (...words) => {
    await using script = await scriptFile('fish');
    expect(said('fish', `source '${script.path}'; complete -C 'snapdex ${words.join(' ')}'`)).toEqual(['release']);
  });

  it.skipIf(!hasShell('zsh'))('in zsh has the tags', async () => {
    await using script = await scriptFile('zsh');
    const source = `compdef() { : }; compadd() { print -l -- "$@" }; source '${script.path}'; _snapdex_tags -J tags`;
    expect(said('zsh', source)).toEqual(['-J', 'tags', '--', 'before-cleanup', 'release']);
    const text = await readFile(script.path, 'utf8');
    expect(text).toContain("':generation:_snapdex_tags'");
    expect(text).toMatch(/^ {4}pull\)(?:(?!;;)[\s\S])*:tag: '/m);
  });
});

describe.each(['zsh', 'fish'])('completion in %s', (shell) => {
  it('has every command and every option', async () => {
    const { stdout: script } = await snapdex(['completion', shell]);
    for (const { name, options } of program.commands) {
      expect(script).toContain(name);
      for (const { long } of options) expect(script).toContain(shell === 'fish' ? `-l ${long.slice(2)} ` : long);
    }
  });

  it.skipIf(!hasShell(shell))('is a script of that shell', async () => {
    await using script = await scriptFile(shell);
    expect(spawnSync(shell, ['-n', script.path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

it.skipIf(!hasShell('fish'))('completion in fish offers commands, options and values', async () => {
  await using script = await scriptFile('fish');
  const offered = (words: string): readonly string[] => {
    const program = `source '${script.path}'; complete -C 'snapdex ${words}'`;
    const { stdout, stderr } = spawnSync('fish', ['-c', program], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t', 1)[0] ?? '');
  };
  expect(offered('se').toSorted()).toEqual(['search', 'serve']);
  expect(offered('search --path')).toEqual(['--path-prefix']);
  expect(offered('init c').toSorted()).toEqual(['claude-code', 'claude-desktop', 'codex', 'cursor']);
});

it('completion with --json is the script in an object', async () => {
  expect(await json(['completion', 'fish'])).toMatchObject({
    shell: 'fish',
    script: expect.stringContaining('complete'),
  });
});

describe('the manual page', () => {
  it('has every command and every option, and no line that roff would take for a request of its own', () => {
    const page = manPage(program);
    for (const { name, options } of program.commands) {
      expect(page).toMatch(new RegExp(`^\\.SS ${name}\\b`, 'm'));
      for (const { flags } of options) expect(page).toContain(`.B ${flags.replaceAll('-', '\\-')}\n`);
    }
    expect(page.match(/^\.(?!TH |SH |SS |TP$|B |I |RI )/gm)).toBeNull();
  });
});
