import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapdex } from '../../cli/temporary-project.js';
import { type BrowsedProject, browseProject } from './browsed-project.js';
import { hasChromium } from './chromium.js';

describe.skipIf(!hasChromium)('the page, read in a browser', () => {
  let browsed: BrowsedProject;
  beforeAll(async () => {
    browsed = await browseProject();
  });
  afterAll(() => browsed[Symbol.asyncDispose]());

  it('searches, explains scores and shows the passage', async () => {
    await browsed.page.getByRole('searchbox', { name: 'Search the documents' }).fill('zymurgy');
    await browsed.page.keyboard.press('Enter');
    const result = browsed.page.getByRole('list', { name: 'Results' }).getByRole('listitem').first();
    await result.getByText('docs/yeast.md:1').waitFor();
    await result.getByText(/^score/).click();
    await result.getByRole('table').getByRole('rowheader', { name: 'passage' }).waitFor();
    await result.getByRole('button', { name: 'Yeast' }).click();
    const panel = browsed.page.getByRole('complementary', { name: 'Document' });
    await panel.getByText('The art of zymurgy').waitFor();
    await panel.getByRole('button', { name: 'Brewing guide' }).first().click();
    await panel.getByText('Mash the malt').waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
    expect(await panel.isHidden()).toBe(true);
  });

  it('has nothing to sign out of where no token is asked for', async () => {
    await browsed.page.waitForFunction('document.title !== "snapdex"');
    expect(await browsed.page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  });

  it('searches as of an older generation', async () => {
    await browsed.page.goto(`${browsed.server.origin}/#/search?query=bitter%20hops`);
    await browsed.shows('docs/hops.md:1');
    await browsed.page.getByLabel('As of').selectOption('1');
    await browsed.shows(/as of generation 1/);
    expect(await browsed.page.getByText('docs/hops.md:1').count()).toBe(0);
  });

  it('takes a tag or a time in its address, as the command does', async () => {
    const { page, project, server } = browsed;
    expect((await snapdex(['tag', 'before-hops', '1', '--root', project.root])).code).toBe(0);
    const asOf = page.getByLabel('As of');
    await page.goto(`${server.origin}/#/search?query=bitter%20hops&asOf=before-hops`);
    await browsed.shows(/as of generation 1/);
    expect(await asOf.inputValue()).toBe('1');
    const now = new Date().toISOString();
    await page.goto(`${server.origin}/#/search?query=bitter%20hops&asOf=${now}`);
    await browsed.shows('docs/hops.md:1');
    expect(await asOf.inputValue()).toBe(now);
  });

  it('shows nothing of an earlier question where another one failed', async () => {
    await browsed.page.goto(`${browsed.server.origin}/#/search?query=zymurgy`);
    const results = browsed.page.getByRole('list', { name: 'Results' }).getByRole('listitem');
    await results.first().getByRole('button', { name: 'Yeast' }).click();
    const panel = browsed.page.getByRole('complementary', { name: 'Document' });
    await panel.waitFor();
    await browsed.page.goto(`${browsed.server.origin}/#/search?query=zymurgy&asOf=999`);
    await browsed.page.getByRole('alert').getByText('GENERATION_NOT_FOUND').waitFor();
    expect(await results.count()).toBe(0);
    expect(await panel.isHidden()).toBe(true);
    // The browser itself reports the answer 404 as an error.
    expect(browsed.offences.splice(0).every((offence) => offence.includes('404'))).toBe(true);
    await browsed.page.getByRole('button', { name: 'Dismiss' }).click();
  });

  it('shows nothing of an earlier comparison where another one failed', async () => {
    const { page, server } = browsed;
    await page.goto(`${server.origin}/#/timeline?from=1&to=2`);
    const comparison = page.getByRole('region', { name: 'Comparison' });
    await comparison.waitFor();
    await page.goto(`${server.origin}/#/timeline?from=77&to=99`);
    await page.getByRole('alert').getByText('GENERATION_NOT_FOUND').waitFor();
    expect(await comparison.isHidden()).toBe(true);
    expect(browsed.offences.splice(0).every((offence) => offence.includes('404'))).toBe(true);
    await page.getByRole('button', { name: 'Dismiss' }).click();
  });

  it('takes a problem away with the view that it was about', async () => {
    const { page, server } = browsed;
    await page.goto(`${server.origin}/#/search?query=malt&asOf=yesterday`);
    const alert = page.getByRole('alert').getByRole('button', { name: 'Dismiss' });
    await alert.waitFor();
    await browsed.goTo('Timeline');
    await browsed.shows('Choose two generations');
    expect(await alert.count()).toBe(0);
    browsed.offences.splice(0);
  });

  it('lists as most linked only what something links to, and breaks paths behind slashes and dashes', async () => {
    const { page } = browsed;
    await browsed.goTo('Links');
    const rows = page.getByRole('table').filter({ hasText: 'Linked from' }).getByRole('row');
    // It is drawn anew whenever the index changes.
    await expect.poll(() => rows.nth(1).locator('.path').innerHTML(), { timeout: 10_000 }).toContain('docs/<wbr>');
    await expect.poll(() => rows.locator('td:nth-child(2)').allTextContents()).not.toHaveLength(0);
    expect(await rows.locator('td:nth-child(2)').filter({ hasText: /^0$/ }).count()).toBe(0);
  });

  it('shows the link graph, orphans and broken links', async () => {
    await browsed.goTo('Links');
    await browsed.page
      .getByRole('img', { name: /^Link graph of 5 of 5 documents: 3 links, 3 orphans, 1 broken/ })
      .waitFor();
    await browsed.page.getByRole('heading', { name: 'Orphans (3)' }).waitFor();
    await browsed.page.getByRole('button', { name: 'docs/yeast.md:3' }).click();
    await browsed.page.getByRole('complementary', { name: 'Document' }).getByText('Broken links').waitFor();
  });

  it('shows the beginning of a long list, and the rest when asked to', async () => {
    const { project, page } = browsed;
    for (let number = 10; number < 40; number += 1) await project.write(`docs/alone-${number}.md`, '# Alone\n');
    await browsed.state('35 documents');
    const heading = page.getByRole('heading', { name: 'Orphans (33)' });
    await heading.waitFor();
    const orphans = page.locator('.lists > section').filter({ has: heading }).getByRole('listitem');
    expect(await orphans.count()).toBe(20);
    await page.getByRole('button', { name: 'Show 13 more' }).click();
    expect(await orphans.count()).toBe(33);
    expect(await page.locator(':focus').textContent()).toMatch(/^docs\//);
  });

  it('shows what each generation occupies', async () => {
    await browsed.goTo('Storage');
    await browsed.shows(/generations of .* together occupy/);
    await browsed.page.getByRole('cell', { name: 'the newest', exact: true }).waitFor();
  });

  it('marks the words that the command line marks', async () => {
    const { page, project, server } = browsed;
    await project.write('docs/modal.md', '# Modal\n\nModify it: teleport MyModal to the body.\n');
    await snapdex(['index', '--root', project.root]);
    await page.goto(`${server.origin}/#/search?query=teleport%20modal`);
    const marks = page.getByRole('list', { name: 'Results' }).getByRole('listitem').first().locator('mark');
    await marks.first().waitFor();
    expect(await marks.allTextContents()).toEqual(['teleport', 'MyModal']);
  });
});
