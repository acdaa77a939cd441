/** The page without a mouse: what has the focus, and what a screen reader is told. */
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../cli/temporary-project.js';
import { type BrowsedProject, browseProject } from './browsed-project.js';
import { hasChromium } from './chromium.js';

/** More than there are places to stop at on the page. */
const MOST_STOPS = 80;

describe.skipIf(!hasChromium)('the page, with the keyboard alone', () => {
  let browsed: BrowsedProject;
  let page: Page;
  beforeEach(async () => {
    browsed = await browseProject();
    page = browsed.page;
    await browsed.project.write('docs/hops.md', '# Hops\n\nAromatic.\n');
    await browsed.state('generation 3');
    await reach(page, 'Shift+Tab', page.getByRole('link', { name: 'Timeline', exact: true }));
    await page.keyboard.press('Enter');
  });
  afterEach(() => browsed[Symbol.asyncDispose]());

  it('compares two generations, and tells the documents that differ', async () => {
    await reach(page, 'Tab', page.getByRole('radio', { name: 'compare from generation 2', exact: true }));
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('from-1');
    await reach(page, 'Shift+Tab', page.getByRole('button', { name: 'Compare', exact: true }));
    await page.keyboard.press('Enter');
    const comparison = page.getByRole('region', { name: 'Comparison' });
    await comparison.getByRole('heading', { name: 'Generation 1 → 3' }).waitFor();
    expect(await focused(page)).toBe('Generation 1 → 3');
    const told = await comparison.ariaSnapshot();
    expect(told).toContain('1 document added, 0 changed, 0 removed, 0 renamed, 4 unchanged');
    expect(told).toContain('- list "Documents that differ":\n    - listitem: "added: docs/hops.md 18 B"');
  });

  it('rolls back once that is confirmed, and resumes', async () => {
    await reach(page, 'Tab', page.getByRole('button', { name: 'Roll back to generation 1', exact: true }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Roll back to generation 1?' });
    await dialog.waitFor();
    expect(await dialog.ariaSnapshot()).toMatch(
      /heading "Roll back to generation 1\?"[\s\S]* 1 removed, [\s\S]*textbox "Reason, for the history"\n.*"Cancel"\n.*"Roll back"/,
    );
    await page.keyboard.type('hops were wrong');
    await page.keyboard.press('Enter');
    await browsed.state('on hold');
    expect(await focused(page)).toBe('rollback-1');
    const hold = page.getByRole('region', { name: 'Hold' });
    expect(await hold.ariaSnapshot()).toMatch(/strong: On hold at the content of generation 1[\s\S]*button "Resume…"/);
    await reach(page, 'Shift+Tab', hold.getByRole('button', { name: 'Resume…' }));
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await browsed.state('current');
    expect(await focused(page)).toBe('content');
    const generations = [{ operation: 'index' }, { operation: 'resume' }, { reason: 'hops were wrong' }, {}, {}, {}];
    expect(await json(['history', '--root', browsed.project.root])).toMatchObject({ generations });
  });

  it('tags a generation, takes the tag away, and dismisses what it is told', async () => {
    await reach(page, 'Tab', page.getByRole('button', { name: 'Tag generation 2', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Tag generation 2' }).waitFor();
    await page.keyboard.type('good');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The tag good keeps generation 2.').waitFor();
    await reach(page, 'Shift+Tab', page.getByRole('button', { name: 'Remove the tag good' }));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The tag good is gone.').waitFor();
    await page.getByRole('button', { name: 'Remove the tag good' }).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('content');
    await reach(page, 'Shift+Tab', page.getByRole('button', { name: 'Dismiss' }));
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('content');
  });

  it('says in words what a generation changed', async () => {
    const row = page.getByRole('row', { name: /compare from generation 3/ });
    // The list is drawn anew whenever something was committed.
    await expect
      .poll(() => row.ariaSnapshot(), { timeout: 10_000 })
      .toMatch(/rowheader "3"\n[\s\S]*cell "index"\n.*cell "1 changed"/);
  });
});

/** Presses the key until the focus is there. */
async function reach(page: Page, key: 'Tab' | 'Shift+Tab', wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press(key);
    if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error(`${key} never reached ${String(wanted)}`);
}

/** What has the focus: its id, or else its words. */
function focused(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement.id || document.activeElement.textContent.slice(0, 60)');
}
