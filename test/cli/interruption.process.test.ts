import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanEnvironment, exitOf, json, SNAPDEX, temporaryProject, textOf } from './temporary-project.js';

const PARAGRAPH = 'Words about brewing, malting, mashing, boiling, cooling and fermenting. '.repeat(60);
const MANY = Object.fromEntries(
  Array.from({ length: 3000 }, (_, number) => [`d/${number}.md`, `# Document ${number}\n\n${PARAGRAPH}\n`]),
);

it('indexing that is interrupted says so, ends with 130, and goes on when it is run again', async () => {
  await using project = await temporaryProject(MANY);
  const indexing = spawn(process.execPath, [SNAPDEX, 'index', '--root', project.root], { env: cleanEnvironment() });
  const stderr = textOf(indexing.stderr);
  const firstGeneration = join(project.root, '.snapdex', 'generations', '0000000001');
  while (!existsSync(firstGeneration)) await new Promise((resolve) => setTimeout(resolve, 5));
  indexing.kill('SIGINT');
  expect(await exitOf(indexing)).toBe(130);
  expect(await stderr).toMatch(/^error: snapdex index was interrupted \(INTERRUPTED\)\n.+"snapdex index" goes on.+\n$/);
  const rest = await json(['index', '--root', project.root]);
  expect(Number(Reflect.get(rest, 'added'))).toBeLessThan(3000);
  expect(await json(['status', '--root', project.root])).toMatchObject({ documents: 3000 });
});
