// Runs inside a mount namespace of its own: commands on an index whose disk is full to the last block.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const [snapdex, root, elsewhere] = process.argv.slice(2);

function run(...words) {
  const { status, stdout } = spawnSync(process.execPath, [snapdex, ...words, '--json'], {
    encoding: 'utf8',
    env: { ...process.env, SNAPDEX_KEEP_GENERATIONS: '1', SNAPDEX_MINIMUM_AGE_SECONDS: '0' },
  });
  return { status, answer: stdout === '' ? undefined : JSON.parse(stdout) };
}

for (const name of ['a', 'b', 'c']) {
  fs.writeFileSync(path.join(root, `${name}.md`), `# ${name}\n\n${randomBytes(9_000).toString('base64')}\n`);
  run('index', '--root', root);
  run('tag', name, '--root', root);
}
const ballast = fs.openSync(path.join(root, 'ballast'), 'w');
try {
  for (;;) fs.writeSync(ballast, Buffer.alloc(4096, 1));
} catch (error) {
  if (error.code !== 'ENOSPC') throw error;
}
fs.closeSync(ballast);
const answers = {
  doctor: run('doctor', '--root', root),
  search: run('search', 'malt', '--root', root),
  exported: run('export', path.join(elsewhere, 'export'), '--tag', 'a', '--root', root),
  pushed: run('push', path.join(elsewhere, 'push'), '--root', root),
  pulled: run('pull', path.join(root, '.snapdex'), '--index-path', path.join(elsewhere, 'pull'), '--root', elsewhere),
  collected: run('collect', '--root', root),
  untagged: run('tag', '--remove', 'a', '--root', root),
  freed: run('collect', '--root', root),
  verified: run('verify', '--root', root),
};
process.stdout.write(JSON.stringify(answers));
