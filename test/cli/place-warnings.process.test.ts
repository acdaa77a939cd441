import { expect, it } from 'vitest';
import { indexedProject, json, snapdex } from './temporary-project.js';

it('says in one sentence that the index is in a folder which is synced, and works on', async () => {
  await using project = await indexedProject();
  await project.write('.dropbox.cache/state', '');
  const sentence = /\.snapdex is in a folder that Dropbox copies between machines/;
  const searched = await snapdex(['search', 'zymurgy', '--root', project.root]);
  expect(searched).toMatchObject({ code: 0, stdout: expect.stringContaining('docs/yeast.md') });
  expect(searched.stderr.split('\n').filter((line) => sentence.test(line))).toHaveLength(1);
  const problems = [{ code: 'STORE_WARNING', message: expect.stringMatching(sentence) }];
  expect(await json(['status', '--root', project.root])).toMatchObject({ problems });
});
