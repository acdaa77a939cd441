import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowsedProject, browseProject, VIEWS } from './browsed-project.js';
import { hasChromium } from './chromium.js';

/** Where each view has something to look at, and what is there once it is complete. */
const PLACES = [
  ['search?query=mash', 'docs/guide.md:7'],
  ['timeline?from=1&to=2', 'Generation 1 → 2'],
  ['links', 'Most linked'],
  ['storage', 'the newest'],
  ['instances', 'indexes what changes'],
] as const;

describe.skipIf(!hasChromium)('the page, for everybody', () => {
  let browsed: BrowsedProject;
  beforeAll(async () => {
    browsed = await browseProject();
  });
  afterAll(() => browsed[Symbol.asyncDispose]());

  it('can be used with the keyboard alone', async () => {
    const focused = browsed.page.locator(':focus');
    await browsed.shows('Plain questions');
    expect(await focused.getAttribute('id')).toBe('query');
    const order: unknown[] = [];
    for (let presses = 0; presses < 6; presses += 1) {
      await browsed.page.keyboard.press('Shift+Tab');
      order.unshift(await focused.textContent());
    }
    expect(order).toEqual(['Skip to the content', ...VIEWS]);
    await browsed.page.keyboard.press('Enter');
    expect(await focused.getAttribute('id')).toBe('content');
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that a screen reader or weak eyes stumble over, %s',
    async (colorScheme) => {
      await browsed.page.emulateMedia({ colorScheme });
      for (const [address, text] of PLACES) {
        await browsed.page.goto(`${browsed.server.origin}/#/${address}`);
        await browsed.shows(text);
        expect({ address, violations: await violationsIn(browsed.page) }).toEqual({ address, violations: [] });
      }
    },
  );

  it('shows all of a generation in a window of 390 pixels, without empty space', async () => {
    await browsed.page.setViewportSize({ width: 390, height: 700 });
    await browsed.page.goto(`${browsed.server.origin}/#/timeline`);
    await browsed.shows('Choose two generations');
    const row = await browsed.page.locator('.generations tbody tr').first().boundingBox();
    expect(row?.width).toBeLessThanOrEqual(390);
    expect(row?.height).toBeLessThan(200);
  });

  it.each([800, 380])('fits a window of %i pixels', async (width) => {
    await browsed.page.setViewportSize({ width, height: 700 });
    for (const [address, text] of PLACES) {
      await browsed.page.goto(`${browsed.server.origin}/#/${address}`);
      await browsed.shows(text);
      expect(await browsed.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });
});

/** What the rules of axe-core find wrong, as far as they can be checked by a machine. */
async function violationsIn(page: Page): Promise<readonly unknown[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));
}
