import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { DocumentFilter, DocumentWatcher, discover } from '../../../dist/search/documents/index.js';
import { projectWith, write } from './project-folder.js';
import { type RandomNumber, randomNumbers, seedOfThisRun } from './random-numbers.js';

const ROUNDS = 4;
const STEPS = 60;

test('after any mix of changes to files and folders, every document that differs was reported', async () => {
  const seed = seedOfThisRun();
  console.info(`SNAPDEX_SEED=${seed}`);
  const random = randomNumbers(seed);
  const root = projectWith({ 'a/x/1.md': '', 'b/y/1.md': '', 'c/1.md': '' });
  let before = await contents(root);
  const reported = new Set<string>();
  const watcher = await DocumentWatcher.start({
    filter: new DocumentFilter({ root }),
    debounceMs: 50,
    onChange: (paths) => {
      for (const path of paths) reported.add(path);
    },
    documentsBelow: (folder) => [...before.keys(), ...reported].filter((path) => path.startsWith(`${folder}/`)),
    onRescan: () => expect.unreachable(),
    onProblem: (problem) => expect.unreachable(problem.message),
  });
  onTestFinished(() => watcher.close());

  for (let round = 0; round < ROUNDS; round++) {
    reported.clear();
    for (let step = 0; step < STEPS; step++) {
      changeSomething(root, random, `${round}.${step}`);
      if (random(3) === 0) await sleep(random(20));
    }
    write(root, 'end.md', String(round));
    await expect.poll(() => reported.has('end.md'), { timeout: 10_000 }).toBe(true);
    const after = await contents(root);
    const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
      (path) => before.get(path) !== after.get(path),
    );
    expect(differing.filter((path) => !reported.has(path))).toEqual([]);
    before = after;
  }
});

async function contents(root: string): Promise<Map<string, string>> {
  const { documents } = await discover({ root });
  return new Map(documents.map(({ path }) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** One random step; one that is not possible (a folder moved into itself, say) is left out. */
function changeSomething(root: string, random: RandomNumber, content: string): void {
  const folders = [
    '',
    ...readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  ];
  const pick = (): string => folders[random(folders.length)] ?? '';
  const file = join(pick(), `${random(3)}.md`);
  const folder = pick();
  const steps = [
    () => write(root, file, content),
    () => write(root, file, content),
    () => rmSync(join(root, file), { force: true }),
    () => renameSync(join(root, file), join(root, pick(), '9.md')),
    () => write(root, join(folder, `n${random(3)}`, '1.md'), content),
    () => mkdirSync(join(root, folder, `n${random(3)}`)),
    () => renameSync(join(root, folder), join(root, pick(), ['a', 'b', 'c', 'q'][random(4)] ?? 'r')),
    () => {
      if (folder !== '') rmSync(join(root, folder), { recursive: true });
    },
  ];
  try {
    steps[random(steps.length)]?.();
  } catch (error) {
    const codes = ['ENOENT', 'EEXIST', 'EINVAL', 'ENOTEMPTY', 'EISDIR', 'ENOTDIR', 'EBUSY', 'EPERM'];
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error;
  }
}
