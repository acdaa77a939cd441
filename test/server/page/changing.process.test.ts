import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../cli/temporary-project.js';
import { type RunningServer, startServer } from '../../end-to-end/running-server.js';
import { type BrowsedProject, browseProject } from './browsed-project.js';
import { hasChromium } from './chromium.js';

describe.skipIf(!hasChromium)('the page, with changes that make generations', () => {
  let browsed: BrowsedProject;
  beforeEach(async () => {
    browsed = await browseProject();
  });
  afterEach(() => browsed[Symbol.asyncDispose]());

  it('compares any two generations', async () => {
    await browsed.project.write('docs/hops.md', '# Hops\n\nAromatic.\n');
    await browsed.project.remove('docs/yeast.md');
    await browsed.goTo('Timeline');
    await browsed.page.getByRole('row', { name: /1 removed/ }).waitFor();
    await browsed.page.getByRole('radio', { name: 'compare from generation 1', exact: true }).check();
    await browsed.page
      .getByRole('radio', { name: /compare to generation/ })
      .first()
      .check();
    await browsed.page.getByRole('button', { name: 'Compare' }).click();
    const differences = browsed.page.getByRole('list', { name: 'Documents that differ' }).getByRole('listitem');
    await differences.first().waitFor();
    expect(await differences.allInnerTexts()).toEqual([
      expect.stringMatching(/added:[\s\S]*docs\/hops\.md/),
      expect.stringMatching(/removed:[\s\S]*docs\/yeast\.md/),
    ]);
  });

  it('rolls back and resumes, and two servers on standard input and output follow', async () => {
    const servers = await Promise.all([
      startServer('sdk', ['--root', browsed.project.root]),
      startServer('modern', ['--root', browsed.project.root]),
    ]);
    const documents = (expected: number): Promise<void> => untilAllHave(servers, expected);
    await documents(5);
    await browsed.goTo('Instances');
    await browsed.page.getByRole('rowheader', { name: 'end-to-end-modern' }).waitFor();
    await browsed.state('3 instances');
    await browsed.goTo('Timeline');
    await rollBackTo(browsed.page, 1, 'hops were wrong');
    await browsed.shows('On hold at the content of generation 1');
    await browsed.state('on hold');
    await browsed.state('4 documents');
    await documents(4);
    await browsed.page.getByRole('row', { name: /rollback to 1.*hops were wrong 1 removed / }).waitFor();
    await browsed.page.getByRole('button', { name: 'Resume…' }).click();
    await browsed.page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await browsed.state('current');
    await browsed.state('5 documents');
    await documents(5);
    for (const running of servers) expect(await running.end()).toBe(0);
    await browsed.state('1 instance');
  });
});

describe.skipIf(!hasChromium)('the page, with small changes', () => {
  let browsed: BrowsedProject;
  beforeAll(async () => {
    browsed = await browseProject();
  });
  afterAll(() => browsed[Symbol.asyncDispose]());

  it('compares the newest with the one before it, until somebody chooses', async () => {
    await browsed.goTo('Timeline');
    await browsed.page.getByRole('radio', { name: 'compare to generation 2', exact: true }).waitFor();
    await browsed.project.write('docs/malt.md', '# Malt\n');
    const to = browsed.page.getByRole('radio', { name: 'compare to generation 3', exact: true });
    await to.waitFor();
    expect(await to.isChecked()).toBe(true);
    await browsed.page.getByRole('radio', { name: 'compare from generation 1', exact: true }).check();
    await browsed.project.remove('docs/malt.md');
    await browsed.page.getByRole('radio', { name: 'compare to generation 4', exact: true }).waitFor();
    expect(await to.isChecked()).toBe(true);
    expect(await browsed.page.locator('#from-1').isChecked()).toBe(true);
  });

  it('does nothing that was not confirmed', async () => {
    await browsed.goTo('Timeline');
    await browsed.page.getByRole('button', { name: 'Roll back to generation 1' }).click();
    await browsed.page.getByRole('dialog').waitFor();
    await browsed.page.keyboard.press('Escape');
    await browsed.page.getByRole('dialog').waitFor({ state: 'detached' });
    // What the head of the page says may be what it said before.
    const { root } = browsed.project;
    expect(await json(['history', '--root', root])).toMatchObject({ generations: [{ generation: 4 }, {}, {}, {}] });
  });

  it('tags a generation and takes the tag away', async () => {
    await browsed.goTo('Timeline');
    await browsed.page.getByRole('button', { name: 'Tag generation 1', exact: true }).click();
    await browsed.page.getByRole('dialog').getByLabel('Name of the tag').fill('first');
    await browsed.page.keyboard.press('Enter');
    await browsed.shows('The tag first keeps generation 1.');
    await browsed.page.getByRole('button', { name: 'Remove the tag first' }).click();
    await browsed.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await browsed.shows('The tag first is gone.');
    expect(await json(['tag', '--root', browsed.project.root])).toEqual({ tags: [] });
  });

  it('tells what failed, and goes on', async () => {
    await browsed.goTo('Timeline');
    await browsed.page.getByRole('button', { name: 'Tag generation 1', exact: true }).click();
    await json(['tag', 'taken', '--root', browsed.project.root]);
    await browsed.page.getByRole('dialog').getByLabel('Name of the tag').fill('taken');
    await browsed.page.keyboard.press('Enter');
    await browsed.page.getByRole('alert').getByText('TAG_EXISTS').waitFor();
    // The browser itself reports the answer 409 as an error.
    expect(browsed.offences.splice(0).every((offence) => offence.includes('409'))).toBe(true);
  });

  it('shows text of documents as text, whatever it holds', async () => {
    await browsed.project.write(
      'docs/evil.md',
      '# <img src=x onerror=alert(1)>\n\n<script>alert(2)</script> xylograph ‮drah\n',
    );
    await browsed.state('6 documents');
    await browsed.page.goto(`${browsed.server.origin}/#/search?query=xylograph`);
    await browsed.shows('docs/evil.md:1');
    expect(await browsed.page.locator('main img, main script').count()).toBe(0);
  });
});

async function rollBackTo(page: Page, generation: number, reason: string): Promise<void> {
  await page.getByRole('button', { name: `Roll back to generation ${generation}`, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Roll back to generation ${generation}?` });
  await dialog.getByText(/removed, 0 renamed/).waitFor();
  await dialog.getByLabel('Reason, for the history').fill(reason);
  await dialog.getByRole('button', { name: 'Roll back', exact: true }).click();
}

async function untilAllHave(servers: readonly RunningServer[], documents: number): Promise<void> {
  for (const server of servers) {
    while ((await server.call('index_status')).documents !== documents) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
