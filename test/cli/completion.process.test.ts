import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { manPage } from '../../dist/cli/man-page.js';
import { describeProgram } from '../../dist/cli/program.js';
import type { ProgramWords } from '../../dist/cli/program-words.js';
import { json, snapdex } from './temporary-project.js';

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

describe.each(['zsh', 'fish'])('completion in %s', (shell) => {
  it('has every command and every option', async () => {
    const { stdout: script } = await snapdex(['completion', shell]);
    for (const { name, options } of program.commands) {
      expect(script).toContain(name);
      for (const { long } of options) expect(script).toContain(shell === 'fish' ? `-l ${long.slice(2)} ` : long);
    }
  });

  it.skipIf(!hasShell(shell))('is a script of that shell', async () => {
    const { stdout: script } = await snapdex(['completion', shell]);
    expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
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
