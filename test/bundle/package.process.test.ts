/** The tarball as `npm publish` would make it, unpacked where no other package is. */
import { execFile } from 'node:child_process';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanEnvironment, DOCUMENTS, type TemporaryProject, temporaryProject } from '../cli/temporary-project.js';

const run = promisify(execFile);

let place: TemporaryProject;
let folder: string;
beforeAll(async () => {
  place = await temporaryProject({});
  // `prepack` would build anew below the tests that run beside this one.
  const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', place.root];
  const { stdout } = await run('npm', packing, { env: cleanEnvironment() });
  const [packed] = JSON.parse(stdout);
  await run('tar', ['-xzf', join(place.root, packed.filename), '-C', place.root]);
  folder = join(place.root, 'snapdex');
  await rename(join(place.root, 'package'), folder);
});
afterAll(() => place[Symbol.asyncDispose]());

async function snapdex(...words: readonly string[]): Promise<string> {
  const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { stdout, stderr } = await run(process.execPath, [join(folder, bin.snapdex), ...words], {
    cwd: place.root,
    env: cleanEnvironment(),
  });
  expect(stderr).toBe('');
  return stdout;
}

it('the command indexes in a thread and finds what it indexed', async () => {
  const many = Array.from({ length: 40 }, (_, number) => [`${number}.md`, `---\nnumber: ${number}\n---\n\n# Vat\n`]);
  await using project = await temporaryProject({ ...DOCUMENTS, ...Object.fromEntries(many) });
  expect(JSON.parse(await snapdex('index', '--root', project.root, '--json')).added).toBe(44);
  expect(await snapdex('search', 'zymurgy', '--root', project.root)).toContain('docs/yeast.md:1');
});

it('every package in the bundle is there with its licence', async () => {
  const notice = await readFile(join(folder, 'dist/bundle/THIRD-PARTY.txt'), 'utf8');
  expect(notice).toMatch(/^zod [\d.]+ \(MIT\)\n\nMIT License$/m);
});

it('the types of what can be imported are there', async () => {
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const entry of [exports['.'], exports['./search'], exports['./server']]) {
    expect(await readFile(join(folder, entry.types), 'utf8')).toContain('export');
  }
});
