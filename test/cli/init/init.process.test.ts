import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, SNAPDEX, snapdex } from '../temporary-project.js';

let home: string;
let project: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'snapdex-init-')));
  project = join(home, 'project');
  await mkdir(join(project, '.git'), { recursive: true });
});
afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

function init(...words: readonly string[]): Promise<Outcome> {
  const environment = { HOME: home, USERPROFILE: home, APPDATA: '', XDG_CONFIG_HOME: '', CODEX_HOME: '' };
  return snapdex(['init', ...words], { cwd: project, environment });
}

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
  return join(home, path);
}

const entry = (...args: readonly string[]): object => ({
  command: expect.stringContaining('node'),
  args: [SNAPDEX, 'serve', ...args],
});

describe('snapdex init', () => {
  it.each(['cursor', 'claude-code'])('of %s refuses a root that is not there, and writes nothing', async (client) => {
    const { code, stdout, stderr } = await init(client, '--scope', 'user', '--root', join(home, 'none'), '--yes');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('ROOT_MISSING')]);
    expect(await readdir(home)).toEqual(['project']);
  });

  it('shows the change and writes nothing where nobody can be asked', async () => {
    const path = await put('.cursor/mcp.json', '{"mcpServers": {}}\n');
    const { code, stdout, stderr } = await init('cursor');
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing was written; --yes writes it')]);
    expect((await init('cursor', '--json')).code).toBe(1);
    expect((await init('cursor', '--print')).code).toBe(0);
    expect(stdout).toMatch(/^\+.*"snapdex": \{$/m);
    expect(await readFile(path, 'utf8')).toBe('{"mcpServers": {}}\n');
    expect(await readdir(join(home, '.cursor'))).toEqual(['mcp.json']);
  });

  it.skipIf(process.platform === 'win32')(
    'does not wait for what a pipe in the place of the file may say',
    async () => {
      execFileSync('mkfifo', [await put('.cursor/mcp.json', '').then((path) => rm(path).then(() => path))]);
      const { code, stderr } = await init('cursor', '--yes');
      expect([code, stderr]).toEqual([1, expect.stringMatching(/is no regular file \(CONFIG_UNREADABLE\)/)]);
    },
  );

  it('with --yes adds the server, keeps a copy and the rights, and changes nothing the second time', async () => {
    const path = await put('.cursor/mcp.json', '{\n  "mcpServers": {\n    "a": {}\n  }\n}\n');
    await chmod(path, 0o600);
    const first = await init('cursor', '--yes', '--json');
    const [change] = JSON.parse(first.stdout).changes;
    expect(change).toMatchObject({ client: 'cursor', path, server: 'snapdex', change: 'add', written: true });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Cursor replaces it
    const snapdexEntry = entry('--root', '${workspaceFolder}');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ mcpServers: { a: {}, snapdex: snapdexEntry } });
    expect(await readFile(change.backup, 'utf8')).toBe('{\n  "mcpServers": {\n    "a": {}\n  }\n}\n');
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);

    const written = await readFile(path, 'utf8');
    const second = await init('cursor', '--yes', '--json');
    expect(JSON.parse(second.stdout).changes).toMatchObject([
      { change: 'none', written: false, backup: null, diff: '' },
    ]);
    expect(await readFile(path, 'utf8')).toBe(written);
    expect(await readdir(join(home, '.cursor'))).toEqual(['mcp.json', 'mcp.json.before-snapdex']);
  });

  it('without a client changes the files of all that are found', async () => {
    await put('.codex/config.toml', 'model = "x" # mine\n');
    await put('.claude.json', '{}');
    const { code, stdout } = await init('--yes', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).changes.map(({ client }: { client: string }) => client)).toEqual([
      'claude-code',
      'codex',
    ]);
    expect(await readFile(join(home, '.codex/config.toml'), 'utf8')).toMatch(
      /^model = "x" # mine\n\n\[mcp_servers\.snapdex\]\ncommand = ".+"\nargs = \[ ".+", "serve" \]\n$/,
    );
    expect(JSON.parse(await readFile(join(project, '.mcp.json'), 'utf8'))).toEqual({
      mcpServers: { snapdex: { type: 'stdio', ...entry() } },
    });
    expect(await readFile(join(home, '.claude.json'), 'utf8')).toBe('{}');
  });

  it('says what there is to choose from where no assistant is found', async () => {
    const { code, stdout, stderr } = await init();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/no assistant was found[\s\S]+claude-desktop \| claude-code \| cursor/);
  });

  it('refuses a broken file with its place, and goes on with the others', async () => {
    const broken = await put('.cursor/mcp.json', '{\n  "mcpServers": {,}\n}\n');
    await put('.codex/config.toml', '');
    const { code, stdout, stderr } = await init('--yes', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'CONFIG_INVALID', message: expect.stringContaining(`${broken}:2:18: is not JSON`) },
    });
    expect(JSON.parse(stdout).changes).toMatchObject([{ client: 'codex', written: true }]);
    expect(await readFile(broken, 'utf8')).toBe('{\n  "mcpServers": {,}\n}\n');
  });

  it('follows a link to the file, which stays a link', async () => {
    const real = await put('dotfiles/mcp.json', '{}\n');
    await mkdir(join(home, '.cursor'));
    await symlink(real, join(home, '.cursor/mcp.json'));
    expect((await init('cursor', '--yes')).code).toBe(0);
    expect(await readFile(real, 'utf8')).toContain('"snapdex"');
    expect(await realpath(join(home, '.cursor/mcp.json'))).toBe(real);
  });

  it('writes the project down for a client that knows none, and keeps those of other projects', async () => {
    const [path, at] = [join(home, 'desktop'), ['claude-desktop', '--yes', '--json']];
    const first = JSON.parse((await init(...at)).stdout).changes[0];
    expect(JSON.parse(await readFile(first.path, 'utf8'))).toEqual({
      mcpServers: { snapdex: entry('--root', project) },
    });
    await mkdir(path);
    const other = await snapdexIn(path, at);
    expect([other.code, other.stdout]).toEqual([2, '']);
    expect(JSON.parse(other.stderr).error.message).toContain(`serves ${project} already`);
    expect((await snapdexIn(path, [...at, '--name', 'desktop'])).code).toBe(0);
    expect(JSON.parse(await readFile(first.path, 'utf8')).mcpServers.desktop).toEqual(entry('--root', path));
  });

  it.each([
    [['emacs'], '<client>: expected one of claude-desktop, claude-code'],
    [['cursor', '--print', '--yes'], 'cannot be used with option'],
    [['claude-desktop', '--scope', 'project'], 'knows no configuration in a project'],
  ])('%j is a usage error', async (words, message) => {
    const { code, stderr } = await init(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

function snapdexIn(cwd: string, words: readonly string[]): Promise<Outcome> {
  return snapdex(['init', ...words], { cwd, environment: { HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: '' } });
}
