import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../store/with-store.js';
import { SNAPDEX } from './temporary-project.js';

const canMount = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;
if (!canMount) console.info('skipped: no mount namespace can be made here (it needs root and `unshare -m`)');

describe.skipIf(!canMount)('on a disk that is full', () => {
  it('doctor says so, what only reads works, and tags and generations can be let go', () => {
    const [root, elsewhere] = [makeTemporaryFolder(), makeTemporaryFolder()];
    const script = fileURLToPath(new URL('on-full-disk.mjs', import.meta.url));
    const { stdout, stderr, status } = spawnSync(
      'unshare',
      [
        ...['-m', 'sh', '-c', `mount -t tmpfs -o size=2m none ${root} && exec "$@"`, 'sh'],
        ...[process.execPath, script, SNAPDEX, root, elsewhere],
      ],
      { encoding: 'utf8' },
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const answers = JSON.parse(stdout);
    expect(answers.doctor).toMatchObject({
      status: 1,
      answer: {
        healthy: false,
        findings: [{ severity: 'problem', code: 'NO_SPACE', remedy: expect.stringContaining('snapdex collect') }],
        fileSystem: { full: true, exclusiveRename: null },
      },
    });
    expect(answers.search.status).toBe(0);
    expect(answers.exported).toMatchObject({ status: 0, answer: { generation: 1 } });
    expect(answers.pushed).toMatchObject({ status: 0, answer: { arrived: [1, 2, 3] } });
    expect(answers.pulled).toMatchObject({ status: 0, answer: { arrived: [1, 2, 3] } });
    expect(answers.collected).toMatchObject({ status: 0, answer: { retired: [] } });
    expect(answers.untagged).toMatchObject({ status: 0, answer: { removed: 'a' } });
    expect(answers.freed).toMatchObject({ status: 0, answer: { retired: [1] } });
    expect(answers.verified).toMatchObject({ status: 0 });
    for (const folder of [root, elsewhere]) fs.rmSync(folder, { recursive: true });
  }, 120_000);
});
