import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { snapdex } from '../cli/temporary-project.js';
import { entriesOf } from './agreement.js';
import { emptyProject } from './corpus-project.js';
import { startServer } from './running-server.js';

const COMMANDS = ['index', 'search', 'status', 'history', 'verify', 'collect'] as const;

describe('a root that cannot be one', () => {
  it('is refused by every command with code 1, the reason and a remedy, and nothing is made there', async () => {
    await using project = await emptyProject();
    const missing = join(project.around, 'missing');
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await snapdex([command, ...queryFor(command), '--root', missing, '--json']);
      expect({ command, code, stdout }).toEqual({ command, code: 1, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({
        error: { code: 'ROOT_MISSING', remedy: expect.stringMatching(/\S/) },
      });
    }
    expect(await readdir(project.around)).toEqual(['project']);
  });

  it.each(['/', homedir(), '/etc', '/usr/lib', '/tmp'])('may be %s', async (root) => {
    const { code, stderr } = await snapdex(['index', '--root', root, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'ROOT_FORBIDDEN', remedy: expect.stringMatching(/\S/) },
    });
  });

  it('may be a file, or a link to a forbidden folder', async () => {
    await using project = await emptyProject();
    const file = join(project.root, 'a.md');
    await writeFile(file, '# A\n');
    expect((await snapdex(['index', '--root', file])).stderr).toContain('ROOT_NOT_A_DIRECTORY');
    const link = join(project.around, 'link');
    await symlink('/', link);
    expect((await snapdex(['index', '--root', link])).stderr).toContain('ROOT_FORBIDDEN');
  });

  it('leaves a server running that tells its client why', async () => {
    await using server = await startServer('sdk', ['--root', '/']);
    await expect(server.call('query_documents', { query: 'x' })).rejects.toThrow(/ROOT_FORBIDDEN/);
    expect(await server.end()).toBe(0);
  });
});

it.each([
  [['serve', '--no-such-option']],
  [['no-such-command']],
  [['search']],
  [['rollback']],
  [['rollback', '0']],
  [['index', '--lock-timeout', 'soon']],
])('a wrong command line ends with 2: %j', async (words) => {
  expect(await snapdex(words)).toMatchObject({ code: 2, stdout: '' });
});

describe('a store on a file system that cannot be written', () => {
  it('answers queries, and a persist says why it cannot', async ({ skip }) => {
    await using project = await emptyProject();
    await writeFile(join(project.root, 'a.md'), '# A\n\nApricot.\n');
    expect(await snapdex(['index', '--root', project.root])).toMatchObject({ code: 0 });
    const script = `
      mount --bind ${quote(project.root)} ${quote(project.root)} && mount -o remount,bind,ro ${quote(project.root)} || exit 99
      for command in "status" "search Apricot" "verify" "history"; do $SNAPDEX $command --root ${quote(project.root)} --json || exit 3; done
      $SNAPDEX index --root ${quote(project.root)} --json; echo "exit=$?"`;
    const { code, stdout, stderr } = await inPrivateMounts(script);
    if (code === 99) skip(`a private read-only mount is not allowed here: ${stderr}`);
    const [status, found, verified, , last] = stdout.trim().split('\n');
    expect({ stdout, stderr, last }).toMatchObject({ last: 'exit=1' });
    expect(JSON.parse(status ?? '')).toMatchObject({ documents: 1 });
    expect(JSON.parse(found ?? '')).toMatchObject({ results: [{ path: 'a.md' }] });
    expect(JSON.parse(verified ?? '')).toMatchObject({ ok: true });
    expect(stderr).toMatch(/STORE_READ_ONLY/);
    expect(stderr).toMatch(/writable/);
  });
});

describe('a full disk', () => {
  it('leaves the old generation current and no half one, and indexing goes on once there is space', async ({
    skip,
  }) => {
    await using project = await emptyProject();
    const disk = join(project.around, 'disk');
    await mkdir(disk);
    await writeFile(join(project.root, 'a.md'), '# A\n\nApricot.\n');
    const options = `--root ${quote(project.root)} --index-path ${quote(join(disk, 'index'))} --json`;
    const large = quote(join(project.root, 'large.md'));
    const script = `
      mount -t tmpfs -o size=2m tmpfs ${quote(disk)} || exit 99
      $SNAPDEX index ${options} || exit 3
      head -c 1700000 /dev/zero > ${quote(join(disk, 'ballast'))}
      (echo '# Large'; seq 1 100000) > ${large}
      $SNAPDEX index ${options}; echo "exit=$?"
      $SNAPDEX search Apricot ${options} || exit 4
      $SNAPDEX verify ${options} || exit 5
      ls ${quote(join(disk, 'index', 'generations'))} | tr '\\n' ' '; echo
      (echo '# Small'; seq 1 1000) > ${large}
      rm ${quote(join(disk, 'ballast'))}
      $SNAPDEX index ${options} || exit 6
      $SNAPDEX verify ${options} || exit 7
      ls ${quote(join(disk, 'index', 'drafts'))} | wc -l`;
    const { code, stdout, stderr } = await inPrivateMounts(script);
    if (code === 99) skip(`a private tmpfs is not allowed here: ${stderr}`);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('NO_SPACE') });
    const lines = stdout.trim().split('\n');
    expect(lines[1]).toBe('exit=1');
    expect(entriesOf(JSON.parse(lines[2] ?? ''))).toMatchObject({ generation: 1, results: [{ path: 'a.md' }] });
    expect(entriesOf(JSON.parse(lines[3] ?? ''))).toMatchObject({ ok: true, generation: 1 });
    expect(lines[4]?.trim()).toBe('0000000001');
    expect(entriesOf(JSON.parse(lines[5] ?? ''))).toMatchObject({ generation: 2, added: 1 });
    expect(lines[7]?.trim()).toBe('0');
  });
});

/** Runs a shell script whose mounts nobody else sees; exit code 99 means that they could not be made. */
async function inPrivateMounts(script: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new URL('../../dist/bundle/snapdex.js', import.meta.url).pathname;
  const whole = `SNAPDEX=${quote(`${process.execPath} ${command}`)}\n${script}`;
  try {
    const { stdout, stderr } = await promisify(execFile)('unshare', ['-m', 'sh', '-c', whole]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = entriesOf({ ...entriesOf(error) });
    // Without the program, or the right, to make private mounts there is nothing to look at.
    const isRefused = code === 'ENOENT' || String(stderr).includes('unshare');
    return { code: isRefused ? 99 : Number(code), stdout: String(stdout), stderr: String(stderr) };
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function queryFor(command: string): readonly string[] {
  return command === 'search' ? ['anything'] : [];
}
