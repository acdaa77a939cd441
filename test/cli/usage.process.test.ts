import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { snapdex, temporaryProject } from './temporary-project.js';

const COMMANDS = [
  'init',
  'serve',
  'index',
  'search',
  'status',
  'watch',
  'history',
  'rollback',
  'resume',
  'tag',
  'diff',
  'export',
  'push',
  'pull',
  'collect',
  'verify',
  'repair',
  'doctor',
  'completion',
];

describe('the command line', () => {
  it('prints the version of the package', async () => {
    const manifest: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    const { code, stdout } = await snapdex(['--version']);
    expect(code).toBe(0);
    expect(manifest).toMatchObject({ version: stdout.trim() });
    expect(JSON.parse((await snapdex(['--version', '--json'])).stdout)).toEqual({ version: stdout.trim() });
  });

  it('lists every command in its help', async () => {
    const { code, stdout } = await snapdex(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command} `);
  });

  it.each(COMMANDS)('%s has a help with --json and, if it is about a project, --root', async (command) => {
    const { code, stdout } = await snapdex([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--json');
    expect(stdout.includes('--root <folder>')).toBe(command !== 'completion');
  });

  it.each([
    ['--lock-timeout', 'x', 'USAGE'],
    ['--limit', '0', 'USAGE'],
    ['--lock-timeout', '0', 'CONFIG_INVALID'],
    ['--lock-timeout', '-1', 'CONFIG_INVALID'],
    ['--embedder', 'none-such', 'CONFIG_INVALID'],
  ])('answers %s %s with %s', async (flag, value, code) => {
    await using project = await temporaryProject();
    const outcome = await snapdex(['search', 'x', '--json', '--root', project.root, flag, value]);
    expect([outcome.code, JSON.parse(outcome.stderr).error.code]).toEqual([2, code]);
  });

  it('shows its help as a usage error when no command is given', async () => {
    const { code, stdout, stderr } = await snapdex([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: snapdex');
  });

  it('says that options come after the command', async () => {
    const { code, stderr } = await snapdex(['--root', '/srv', 'status']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Options come after the command: snapdex status')]);
  });

  it('says how a project is named to who gives its folder as a word', async () => {
    const { code, stderr } = await snapdex(['index', '../notes']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('A project is named by --root <folder>.')]);
  });

  it('says how words are given that begin with a dash, to commands that take words', async () => {
    const advice = 'comes last, behind "--": snapdex search -- -word';
    expect((await snapdex(['search', '-apple trees'])).stderr).toContain(advice);
    expect((await snapdex(['search', 'x', '--colour'])).stderr).toContain(advice);
    expect((await snapdex(['search', 'x', '--explian'])).stderr).not.toContain('behind');
    expect((await snapdex(['status', '--colour'])).stderr).not.toContain('behind');
    await using project = await temporaryProject();
    expect((await snapdex(['search', '--root', project.root, '--', '-apple trees'])).code).toBe(0);
  });

  it('suggests the command or the option that was meant', async () => {
    const { code, stdout, stderr } = await snapdex(['serach', 'x']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Did you mean search?');
    expect((await snapdex(['search', 'x', '--explian'])).stderr).toContain('Did you mean --explain?');
  });

  it.each([
    [['search']],
    [['search', 'x', '--limit', '0']],
    [['search', 'x', '--limit', 'ten']],
    [['search', 'x', '--colour']],
    [['rollback']],
    [['rollback', '-3']],
    [['rollback', '0']],
    [['rollback', 'a/b']],
    [['status', 'surplus']],
    [['serve', '--port', '80']],
    [['tag', 'v1', '0']],
    [['diff', '0']],
    [['help', 'nope']],
    [['tag', '--remove']],
    [['tag', 'v1', '1', '--remove']],
    [['diff']],
    [['export']],
    [['export', 'there', '--generation', '0']],
    [['export', 'there', '--generation', '1', '--tag', 'v1']],
    [['export', 'there', '--links', '--copy']],
    [['collect', '--maximum-total-bytes']],
    [['repair', '3']],
    [['doctor', '--dry-run']],
    [['serve', '--http', '--port', '70000']],
  ])('%j is a usage error: exit code 2, nothing on standard output', async (words) => {
    const { code, stdout, stderr } = await snapdex(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('(USAGE)');
  });

  it('with --json tells a usage error as JSON on standard error', async () => {
    const { code, stdout, stderr } = await snapdex(['search', '--json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', remedy: 'See: snapdex search --help' } });
  });

  it('refuses to listen where other machines could connect', async () => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex(['serve', '--http', '--host', '0.0.0.0', '--root', project.root]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/0\.0\.0\.0[\s\S]+TOKEN_REQUIRED/);
  });

  it('refuses a singleton with a sentence that says what to do', async () => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex(['status', '--coordination-mode', 'singleton', '--root', project.root]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/CONFIG_INVALID[\s\S]+leave the setting out, or use "file_lock"/);
  });

  it.each([
    [['status', '--lock-timeout', '0'], '--lock-timeout: expected seconds, 0.1 to 3600, found 0'],
    [['status', '--coordination-mode', 'foo'], '--coordination-mode: expected "file_lock" or "none", found "foo"'],
    [['status', '--documents-path', '..'], '--documents-path: expected a folder in the root, found ".."'],
    [['status', '--index-path', '.'], '--index-path: "." is the root or a folder above it'],
    [['collect', '--maximum-total-bytes', 'foo'], '--maximum-total-bytes: expected a whole number of bytes'],
    [['search', ''], 'query: is empty'],
    [['search', 'x', '--cursor', 'foo'], 'cursor "foo": is none that an answer gave'],
    [['rollback', '0'], '<generation>: expected the number of a generation, a tag, or a time of ISO 8601, found "0"'],
    [['serve', '--http', '--port', '0', '--token-file', '.'], 'token_file '],
    [['status', '--root', ''], '--root: expected a folder, found ""'],
  ])('%j ends with 2 and says once what is wrong', async (words, message) => {
    await using project = await temporaryProject();
    const root = words.includes('--root') ? [] : ['--root', project.root];
    const { code, stdout, stderr } = await snapdex([...words, ...root]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: /);
    expect(stderr.slice('error: '.length).startsWith(message)).toBe(true);
  });

  it('a value in a file is no wrong command line', async () => {
    await using project = await temporaryProject();
    await project.write('snapdex.toml', '[indexing]\nlock_timeout_seconds = 0\n');
    expect((await snapdex(['status', '--root', project.root])).code).toBe(1);
  });

  it('help for a command that does not exist suggests the one that was meant', async () => {
    const { code, stdout, stderr } = await snapdex(['help', 'serach']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain("unknown command 'serach' (Did you mean search?)");
  });
});
