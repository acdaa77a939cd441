/** Every command, setting and answer of the guides and the README, done in the order of the page. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Difference, followGuide } from './follow-guide.js';
import { readSteps } from './guide-page.js';

const pages = readdirSync('docs/guides')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/guides/${name}`);

/** For all commands of a page, one process each, on a machine that has other work. */
const timeout = 300_000;

// The commands are those of a POSIX shell.
describe.skipIf(process.platform === 'win32')('what is shown', () => {
  it.each(pages)('by %s is what happens', { timeout }, (path) => follow(path));
  // What else it has is tested by itself.
  it('by the README is what happens', { timeout }, () => follow('README.md', ['sh', 'json', 'ts']));
});

async function follow(path: string, others: readonly string[] = []): Promise<void> {
  const steps = readSteps(readFileSync(path, 'utf8'), others);
  expect(steps).not.toEqual([]);
  const differences = await followGuide(steps);
  if (process.env.WRITE_GUIDES === '1') writeShown(path, differences);
  else expect(differences).toEqual([]);
}

/**
 * Puts what was printed into the page, also where only sizes differ, for whoever changes what commands say:
 * `WRITE_GUIDES=1 npx vitest run test/docs/guides`.
 */
function writeShown(path: string, differences: readonly Difference[]): void {
  let page = readFileSync(path, 'utf8');
  for (const { shown, shownAt, printed } of differences.toReversed()) {
    if (printed === shown) continue;
    const [end = ''] = /\n+$/.exec(shown) ?? ['\n'];
    page = `${page.slice(0, shownAt)}${printed.trimEnd()}${end}${page.slice(shownAt + shown.length)}`;
  }
  writeFileSync(path, page);
}
