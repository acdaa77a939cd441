// Keeps one text in one of the ways of kept-state.mjs, or fails as it fails: WAY.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WAYS } from './kept-state.mjs';

const folder = mkdtempSync(join(tmpdir(), 'snapdex-kept-'));
try {
  const state = await WAYS[process.argv[2]](folder);
  await state.add('text');
  await state.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
