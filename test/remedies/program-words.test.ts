import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REMEDY_WORDS } from '../../dist/remedies/index.js';
import { problemOf } from '../../dist/search/project/problem-list.js';
import { problemReport } from '../../dist/server/problem-report.js';
import { SnapshotStore } from '../../dist/store/index.js';
import { withStore } from '../store/with-store.js';

const STORE = 'src/store';

const sourcesIn = (folder: string): readonly string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8').replaceAll('\\`', '`'));

test.each(REMEDY_WORDS)('%s stands in a remedy of the store, or of an index', (library) => {
  const sources = [...sourcesIn(STORE), ...sourcesIn('src/search/indexing')];
  expect(sources.filter((text) => text.includes(library))).not.toEqual([]);
});

test('the store says nothing of commands and settings of the program', () => {
  const words = /remedy[^;]*(`snapdex |index_path|keep_generations|--lock-timeout)/;
  expect(sourcesIn(STORE).filter((text) => words.test(text))).toEqual([]);
});

test('what the store says to programs, the program says in its own words', () =>
  withStore(async (folder) => {
    const refusal = await SnapshotStore.repair(folder.directory, { lockTimeoutMs: 1 }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ remedy: expect.stringContaining('`lockTimeoutMs: 90_000`') });
    for (const { remedy } of [problemReport(refusal), problemOf(refusal)])
      expect(remedy).toContain('`--lock-timeout 90`');
  }));
