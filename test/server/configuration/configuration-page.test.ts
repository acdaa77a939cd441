import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { environmentName, PROJECT_MARKERS, SETTINGS } from '../../../dist/server/configuration/index.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
const example = parse(/```toml\n([\s\S]*?)```/.exec(page)?.[1] ?? '');

test.each(Object.entries(SETTINGS))('the page tells the key, variable, flag and range of %s', (_, setting) => {
  expect(page).toContain(`\`${setting.key}\``);
  expect(page).toContain(`\`${environmentName(setting)}\``);
  if (setting.flag !== undefined) expect(page).toContain(`\`${setting.flag}`);
  expect(page).toContain(setting.allowed);
});

test('the example file sets every key', () => {
  const keys = Object.entries(example).flatMap(([section, table]) =>
    Object.keys(table).map((key) => `${section}.${key}`),
  );
  expect(keys.sort()).toEqual(
    Object.values(SETTINGS)
      .map(({ section, key }) => `${section}.${key}`)
      .sort(),
  );
});

test('the example file shows the defaults', () => {
  for (const setting of Object.values(SETTINGS)) {
    if (setting.fallback === undefined) continue;
    const table: unknown = example[setting.section];
    const value: unknown = Object.entries(table ?? {}).find(([key]) => key === setting.key)?.[1];
    expect([setting.key, setting.schema.parse(value)]).toEqual([setting.key, setting.fallback]);
  }
});

test.each(PROJECT_MARKERS)('the page tells that %s marks a project', (marker) =>
  expect(page).toContain(`\`${marker}\``),
);
